"""What is known of a source's hosts, and who hears of what a run learns of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mirrorwire.core.records import Run, Source
from mirrorwire.fetch.health import Breakers, SharedBreakers
from mirrorwire.fetch.politeness import Politeness, PolitenessRules, StoredRobots
from mirrorwire.fetch.robots import RobotsCache
from mirrorwire.store.db import Connection

PAGE_PATIENCE_S = 120.0
"""How long the queue for a host may be, in seconds, before a page is left for later."""


class KnownHosts(Protocol):
    """Gives a run what it spares, orders and obeys the hosts by."""

    def robots_cache(self) -> RobotsCache:
        """Where robots.txt files are kept."""
        ...

    def politeness_rules(self, crawl_delay_s: Callable[[str], float | None]) -> PolitenessRules:
        """How hosts are spared; `crawl_delay_s` says by host URL what its robots.txt asks for."""
        ...

    def breakers(self) -> Breakers:
        """Where their breakers are kept."""
        ...


class SharedHosts:
    """Hosts that all workers ask by turns: what one of them learns, all know, through Postgres."""

    def __init__(self, conn: Connection, run: Run, source: Source, ids: dict[str, int]) -> None:
        """`ids` are those of the source's hosts, by URL."""
        self._conn, self._run, self._source, self._ids = conn, run, source, ids

    def robots_cache(self) -> RobotsCache:
        """The robots.txt files that any worker has fetched."""
        return StoredRobots(self._conn, self._source, self._ids)

    def politeness_rules(self, crawl_delay_s: Callable[[str], float | None]) -> PolitenessRules:
        """One queue for each host, for all workers."""
        return Politeness(self._conn, self._source, self._ids, PAGE_PATIENCE_S)

    def breakers(self) -> Breakers:
        """The breakers that all workers go by."""
        return SharedBreakers(self._conn, self._run.run_id or None, self._source, self._ids)
