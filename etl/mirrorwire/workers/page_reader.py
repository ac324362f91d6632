"""A child process that reads pages, and the chunk of them that it works on."""

from __future__ import annotations

import time

from mirrorwire.workers.messages import Begun, Chunk, Found, Ready
from mirrorwire.workers.process import ChildProcess

START_LIMIT_S = 60.0
"""Importing everything takes less than a second of an idle machine."""


class PageReader(ChildProcess):
    """A child process and the chunk it works on, whose first page is number `first` of all."""

    def __init__(self, module: str, *, time_limit_s: float, memory_limit_bytes: int) -> None:
        """Start it; raises `OSError` if the system does not let us."""
        super().__init__(
            module,
            str(time_limit_s),
            str(memory_limit_bytes),
            options=("-X", "faulthandler"),
            message_limit_s=time_limit_s,
        )
        self._time_limit_s = time_limit_s
        self.ready = self.begun = False
        self.chunk: Chunk | None = None
        self.first = self.at = 0
        self.deadline = time.monotonic() + START_LIMIT_S

    def give(self, chunk: Chunk, first: int) -> None:
        """Give it a chunk, which is sent when it is ready; raises `OSError` if it is gone."""
        self.chunk, self.first, self.at, self.begun = chunk, first, 0, False
        if self.ready:
            self._send()

    def take(self, message: object) -> tuple[int, Found] | None:
        """Take a message; return a page's number and its result, if the message has one."""
        if isinstance(message, Ready):
            self.ready = True
            self._send()
            return None
        self.deadline = time.monotonic() + self._time_limit_s
        if isinstance(message, Begun):
            self.begun = True
            return None
        assert self.chunk is not None  # noqa: S101 - it answers chunks only
        number = self.first + self.at
        self.at += 1
        if self.at == len(self.chunk.jobs):
            self.chunk = None
        result: Found = message  # type: ignore[assignment]
        return number, result

    def _send(self) -> None:
        self.deadline = time.monotonic() + self._time_limit_s
        if self.chunk is not None:
            self.conn.send(self.chunk)
