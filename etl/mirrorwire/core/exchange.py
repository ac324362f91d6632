"""The records of HTTP: a response in memory, how asking for it ended, where its bytes lie, and the state of a host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Outcome = Literal[
    "ok", "not_modified", "not_it", "gone", "disallowed", "http_error", "unreachable", "timeout", "refused", "too_large"
]
Truncation = Literal["length", "time", "disconnect", "unspecified"]  # as WARC 1.1 has them: 5.13
BreakerState = Literal["closed", "open", "half-open"]
HostRuling = Literal["up", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A whole HTTP response in memory. `body` is decoded from its transfer and content encoding.

    `redirects` are the responses that led here, in order. `elapsed_s` counts from the first request of the get.
    `tls_verified` is `None` over plain http. `sent` is the body with its content codings on, as it came, `None` where
    it has none; `truncated` tells why its end is missing. `address` is the IP address that answered, `None` behind a
    proxy.
    """

    url: str
    host: str
    status: int
    reason: str
    request_headers: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    elapsed_s: float
    redirects: tuple[Exchange, ...] = ()
    tls_verified: bool | None = None
    sent: bytes | None = None
    truncated: Truncation | None = None
    address: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One HTTP exchange with one host, and how it ended. `detail` says why, for people."""

    host: str
    url: str
    started_at: datetime
    elapsed_s: float
    outcome: Outcome
    status: int | None = None
    body_bytes: int | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """Where a response's bytes lie: offset and length in bytes of the compressed WARC record.

    `payload` is the earlier capture that holds the body, where this one is a `revisit` of it.
    """

    warc: str
    offset: int
    length: int
    digest: str
    payload: Capture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A stored response whose payload a later one repeats, or says to be unmodified."""

    capture_id: int
    url: str
    fetched_at: datetime
    capture: Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """A host's circuit breaker: closed, it is asked; open, it is not; half-open, it is on trial.

    `failures` in a row; `opened` counts how often it opened or stayed open since the host last served anything.
    `failed_url` is where it last failed, `stand_in` the digest of what it showed there in place of a page. `ruling` is
    what a person set. `probe_in_s`: seconds until an open one is probed.
    """

    state: BreakerState = "closed"
    since: datetime | None = None
    reason: str | None = None
    failures: int = 0
    opened: int = 0
    stand_in: str | None = None
    failed_url: str | None = None
    ruling: HostRuling | None = None
    probe_in_s: float = 0.0

    @property
    def shut(self) -> bool:
        """Whether the host is not to be asked."""
        return self.ruling == "down" or (self.ruling is None and self.state == "open")
