"""How hosts are spared by all workers together: the delay between requests, refusals, and robots.txt, in Postgres."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Host, Source
from mirrorwire.http.client import retry_after_s
from mirrorwire.http.guard import check_url
from mirrorwire.store import politeness
from mirrorwire.store.db import Connection
from mirrorwire.store.politeness import HostResting, RobotsFile, rest_after_s

NOTED_WAIT_S = 5.0
"""A longer wait is logged, so that nobody thinks the program hangs."""


class PolitenessRules(Protocol):
    """How hosts are spared. `patience_s`: how long the queue for a host may be."""

    patience_s: float

    def wait(self, host: Host) -> None:
        """Block until a host may be asked again; raises `HostResting` where that is not soon."""
        ...

    def note_response(self, exchange: Exchange) -> float | None:
        """Return for how many seconds a host that answered so is to be left alone, `None` if it is not."""
        ...


class Politeness:
    """Waits for a host's turn, and heeds what it answers. `patience_s`: how long the queue for a host may be."""

    def __init__(self, conn: Connection, source: Source, ids: dict[str, int], patience_s: float) -> None:
        self.patience_s = patience_s
        self._conn, self._source, self._ids = conn, source, ids
        self._refused: set[int] = set()  # hosts whose last answer was a refusal, as far as we know

    def wait(self, host: Host) -> None:
        """Block until a host may be asked again; raises `HostResting` where that is not soon."""
        host_id = self._ids[host.url]
        refusals = politeness.wait_for_host(
            self._conn, host_id, host.url, self._source.delay_s, patience_s=self.patience_s
        )
        if refusals:
            self._refused.add(host_id)

    def note_response(self, exchange: Exchange) -> float | None:
        """Return for how many seconds a host that answered so is to be left alone, `None` if it is not."""
        host_id = self._ids[exchange.host]
        if exchange.status in (429, 503):
            self._refused.add(host_id)
            return politeness.note_refusal(self._conn, host_id, exchange.url, exchange.status, retry_after_s(exchange))
        if host_id in self._refused:
            self._refused.discard(host_id)
            politeness.forget_refusals(self._conn, host_id)
        return None


class OwnPoliteness:
    """Spares hosts by what this process knows and its caller passes on; nothing is stored.

    `crawl_delay_s` and `known` say of a host what its robots.txt asks for, and in how many seconds others will have it
    free and its rest will be over. `on_wait` is called before a wait of over `NOTED_WAIT_S` seconds.
    """

    patience_s = 0.0

    def __init__(
        self,
        source: Source,
        *,
        crawl_delay_s: Callable[[str], float | None],
        known: Callable[[Host], tuple[float, float]] = lambda host: (0.0, 0.0),
        on_wait: Callable[[Host, float], None] = lambda host, wait_s: None,
    ) -> None:
        self._source, self._crawl_delay_s, self._known, self._on_wait = source, crawl_delay_s, known, on_wait
        self._next_at: dict[str, float] = {}
        self._rests_until: dict[str, float] = {}
        self._refused: dict[str, list[str]] = {}

    def wait(self, host: Host) -> None:
        """Block until a host may be asked again; raises `HostResting` for one that rests."""
        free_s, rest_s = self._known(host)
        rest_s = max(rest_s, self._rests_until.get(host.url, 0.0) - time.monotonic())
        if rest_s > 0:
            raise HostResting(host.url, rest_s)
        wait_s = max(free_s, self._next_at.get(host.url, 0.0) - time.monotonic())
        if wait_s > NOTED_WAIT_S:
            self._on_wait(host, wait_s)
        if wait_s > 0:
            time.sleep(wait_s)
        delay_s = max(self._source.delay_s, self._crawl_delay_s(host.url) or 0.0)
        self._next_at[host.url] = time.monotonic() + delay_s

    def note_response(self, exchange: Exchange) -> float | None:
        """Leave a host alone as a run would: see `mirrorwire.store.politeness.note_refusal`."""
        if exchange.status not in (429, 503):
            self._refused.pop(exchange.host, None)
            return None
        refused = self._refused.setdefault(exchange.host, [])
        others = bool(refused) and refused[-1] != exchange.url
        refused.append(exchange.url)
        rest_s = rest_after_s(exchange.status, retry_after_s(exchange), len(refused), others=others)
        self._rests_until[exchange.host] = time.monotonic() + rest_s
        return rest_s or None


class StoredRobots:
    """What workers tell each other of robots.txt files, through Postgres."""

    def __init__(self, conn: Connection, source: Source, ids: dict[str, int]) -> None:
        self._conn, self._source, self._ids = conn, source, ids

    def known(self, origin: str) -> RobotsFile | None:
        return politeness.known_robots(self._conn, self._host_id(origin), origin)

    def alone(self, origin: str) -> AbstractContextManager[None]:
        return politeness.asking_for_robots(self._conn, self._host_id(origin), origin)

    def keep(self, origin: str, file: RobotsFile) -> None:
        politeness.keep_robots(self._conn, self._host_id(origin), origin, file)

    def forget_failure(self, origin: str) -> None:
        politeness.forget_failed_robots(self._conn, self._host_id(origin), origin)

    def _host_id(self, origin: str) -> int:
        return self._ids[check_url(f"{origin}/", self._source).url]


class KnownRobots:
    """The robots.txt files that workers have stored; what is read now is not stored."""

    def __init__(self, shared: StoredRobots) -> None:
        self._shared = shared
        self._forgotten: set[str] = set()

    def known(self, origin: str) -> RobotsFile | None:
        file = self._shared.known(origin)
        failed = file is not None and file.outcome is not None
        return None if failed and origin in self._forgotten else file

    def alone(self, origin: str) -> AbstractContextManager[None]:
        return nullcontext()

    def keep(self, origin: str, file: RobotsFile) -> None:
        """Keep nothing."""

    def forget_failure(self, origin: str) -> None:
        self._forgotten.add(origin)
