"""Visits that leave no trace among what is stored: seeds read to say what a run would do, and hosts probed by hand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, date, datetime
from typing import Any

from etl.archive import ArchiveWriter
from etl.bugs import Bug
from etl.discover.cdx import IndexedCopy
from etl.fetch.answers import Answer
from etl.fetch.courtesy import Manners, OwnCourtesy, ReadShelf
from etl.fetch.health import Health
from etl.fetch.robots import Shelf
from etl.fetch.visit import Visitor
from etl.load import politeness
from etl.load.db import Connection
from etl.load.frontier import Listing
from etl.records import Breaker, Exchange, Host, Link, Run, Source


class DryHealth(Health):
    """Health that begins with what the workers know, and keeps what it learns in memory."""

    def __init__(self, *known: Any) -> None:
        super().__init__(*known)
        self._own: dict[str, Breaker] = {}
        self._asked: set[str] = set()

    def _read(self) -> dict[str, Breaker]:
        return super()._read() | self._own

    def _is_clean(self, url: str) -> bool:
        return False

    def _claimed(self, host: Host, *, urgent: bool) -> bool:
        due = urgent or self._known[host.url].probe_in_s <= 0
        if due and host.url not in self._asked:
            self._asked.add(host.url)
            return True
        return False

    def _change(self, url: str, becomes: Callable[[Breaker], Breaker]) -> Breaker:
        self._own[url] = self._known[url] = becomes(self._known.get(url, Breaker()))
        return self._known[url]


class ProbingVisitor(Visitor):
    """Asks hosts how they are: no answer is stored, and what it learns of the hosts counts for all workers."""

    stores = False

    def store(self, answer: Answer, *, link_id: int | None, chosen: bool, shown: Collection[str] = ()) -> int | None:
        """Store nothing."""
        return None

    def _archive_robots(self, exchange: Exchange) -> None:
        """Archive nothing."""


class DryVisitor(Visitor):
    """Asks the hosts as politely as any, and stores nothing: what the seeds list is kept in memory.

    It reads what workers know of the hosts, and needs no more than the right to read. Workers do not see its requests:
    beside a run over the same source each of the two keeps its own delay.
    """

    stores = False

    def __init__(
        self,
        conn: Connection,
        run: Run,
        source: Source,
        *,
        archive: ArchiveWriter,
        user_agent: str,
        processes: int = 1,
    ) -> None:
        super().__init__(conn, run, source, archive=archive, user_agent=user_agent, processes=processes)
        self.listed: dict[str, Link] = {}
        self.seeds: dict[date | None, set[str]] = {}

    def _host_ids(self) -> dict[str, int]:
        """Those of hosts that no run has kept are below zero: nothing is known of them."""
        unknown = {host.url: -n for n, host in enumerate(self.source.hosts, start=1)}
        return unknown | super()._host_ids()

    def _shelf(self) -> Shelf:
        return ReadShelf(self.conn, self.source, self.ids)

    def _manners(self) -> Manners:
        return OwnCourtesy(self.source, crawl_delay_s=self._robots.crawl_delay_s, known=self._free_in)

    def _health(self) -> Health:
        return DryHealth(self.conn, None, self.source, self.ids, self._probe)

    def _free_in(self, host: Host) -> tuple[float, float]:
        return politeness.free_in(self.conn, self.host_id(host.url), self.source.delay_s)

    def reading_alone(self, path: str) -> AbstractContextManager[None]:
        """Read beside others: what they keep meanwhile is read all the same."""
        return nullcontext()

    def suggest(self, origin: str, url: str) -> None:
        """Suggest nothing."""

    def store(self, answer: Answer, *, link_id: int | None, chosen: bool, shown: Collection[str] = ()) -> int | None:
        """Store nothing."""
        return None

    def keep_document(self, answer: Answer, **_: object) -> None:
        """Keep nothing."""

    def _archive_robots(self, exchange: Exchange) -> None:
        """Archive nothing."""

    def note_bugs(self, met: Iterable[Bug], *, item: str, link_id: int | None = None) -> None:
        """Note nothing."""

    def note_walked(self, answer: Answer) -> None:
        """Note nothing."""

    def keep_listing_page(self, seed: str, page: int, days: tuple[date, date], now: datetime) -> None:
        """Keep nothing."""

    def keep_copies(self, archive: Host, found: Sequence[IndexedCopy]) -> None:
        """Keep nothing."""

    def listed_before(self, seed: str) -> list[Link]:
        """Keep in memory what the frontier knows too."""
        found = super().listed_before(seed)
        self.list_links(seed, found, datetime.now(UTC))
        return found

    def _want_known(self, link_ids: Sequence[int]) -> None:
        """Want nothing."""

    def list_links(
        self,
        seed: str,
        links: Sequence[Link],
        now: datetime,
        *,
        wanted: Collection[str] | None = None,
        named: tuple[date, date] | None = None,
    ) -> Listing:
        """Keep the links that the run wants, and which seeds show which days."""
        links = [link for link in links if wanted is None or link.article_key in wanted]
        for link in links:
            self.listed.setdefault(link.article_key, link)
            self.seeds.setdefault(link.day, set()).add(seed)
        return Listing(links=len(links))

    def record_poll(self, seed: str, **_: object) -> None:
        """Record nothing."""
