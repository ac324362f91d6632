"""What is known of a source's hosts, and who hears of what a run learns of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from etl.fetch.courtesy import Courtesy, Manners, RobotsShelf
from etl.fetch.health import Breakers, SharedBreakers
from etl.fetch.robots import Shelf
from etl.load.db import Connection
from etl.records import Run, Source

PAGE_PATIENCE_S = 120.0
"""How long the queue for a host may be, in seconds, before a page is left for later."""


class KnownHosts(Protocol):
    """Gives a run what it spares, orders and obeys the hosts by."""

    def shelf(self) -> Shelf:
        """Where robots.txt files are kept."""
        ...

    def manners(self, crawl_delay_s: Callable[[str], float | None]) -> Manners:
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

    def shelf(self) -> Shelf:
        """The robots.txt files that any worker has fetched."""
        return RobotsShelf(self._conn, self._source, self._ids)

    def manners(self, crawl_delay_s: Callable[[str], float | None]) -> Manners:
        """One queue for each host, for all workers."""
        return Courtesy(self._conn, self._source, self._ids, PAGE_PATIENCE_S)

    def breakers(self) -> Breakers:
        """The breakers that all workers go by."""
        return SharedBreakers(self._conn, self._run.run_id or None, self._source, self._ids)
