"""Reading seeds to say what a run would do: nothing is stored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime

from etl.archive import ArchiveWriter
from etl.discover.cdx import Listed as ListedCopy
from etl.fetch.answers import Answer
from etl.fetch.visit import Visitor
from etl.load.db import Connection
from etl.load.frontier import Listing
from etl.records import Exchange, Host, Link, Run, Source


class DryVisitor(Visitor):
    """Asks the hosts as politely as any, and stores nothing: what the seeds list is kept in memory."""

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

    def store(self, answer: Answer, *, link_id: int | None, chosen: bool, shown: Collection[str] = ()) -> int | None:
        """Store nothing."""
        return None

    def keep_document(self, answer: Answer, **_: object) -> None:
        """Keep nothing."""

    def _archive_robots(self, exchange: Exchange) -> None:
        """Archive nothing."""

    def note_walked(self, answer: Answer) -> None:
        """Note nothing."""

    def keep_listing_page(self, seed: str, page: int, days: tuple[date, date], now: datetime) -> None:
        """Keep nothing."""

    def keep_copies(self, archive: Host, found: Sequence[ListedCopy]) -> None:
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
