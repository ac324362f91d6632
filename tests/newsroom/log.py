"""What an origin was asked: one record a request, in a list that any thread may read."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as an origin saw it; `status` is None where no answer was sent."""

    at_s: float  # time.monotonic()
    method: str
    path: str  # with its query, as sent
    status: int | None
    user_agent: str
    conditional: bool  # it had If-None-Match or If-Modified-Since


class RequestLog(Sequence[Request]):
    """The requests of one origin, oldest first; any thread may read, append and clear."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[Request] = []

    def append(self, request: Request) -> None:
        """Adds one request."""
        with self._lock:
            self._rows.append(request)

    def clear(self) -> None:
        """Forgets all requests."""
        with self._lock:
            self._rows.clear()

    def __len__(self) -> int:
        with self._lock:
            return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Request: ...
    @overload
    def __getitem__(self, index: slice) -> list[Request]: ...
    def __getitem__(self, index: int | slice) -> Request | list[Request]:
        with self._lock:
            return self._rows[index]
