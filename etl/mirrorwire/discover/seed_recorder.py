"""What a run leaves of the seeds that it reads: in Postgres, or in memory where it only says what it would do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from mirrorwire.core.records import Host, Link
from mirrorwire.discover.document_decision import KeptDocument
from mirrorwire.discover.poll_schedule import plan_poll
from mirrorwire.discover.warc_index import DatabaseWarcIndex, MemoryWarcIndex, WarcIndex
from mirrorwire.fetch.answers import Answer
from mirrorwire.fetch.recorder import DatabaseRecorder, NoRecorder, Recorder
from mirrorwire.seed_formats.cdx import IndexedCopy
from mirrorwire.seed_formats.document import SeedDocument
from mirrorwire.seed_formats.reach import Span, days_of
from mirrorwire.store import archived_copies, frontier, ledger, suggested_hosts, validators
from mirrorwire.store.frontier import Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What came of reading a seed: see the table `seed_poll`. `host` is the URL of the one that served it last.

    `listed_a_day` is how many items come a day by their dates, `wish` how long its publisher asks to wait.
    """

    outcome: str
    host: str | None
    listing: Listing
    gap: bool
    days: Span | None
    spans: Sequence[Span]
    detail: str | None
    listed_a_day: float | None = None
    wish: timedelta | None = None


class SeedRecorder(Recorder, Protocol):
    """Takes what seeds show, beside what hosts answered."""

    def reading_alone(self, path: str) -> AbstractContextManager[None]:
        """Be the only run that asks for the document at this path."""
        ...

    def keep_document(
        self, answer: Answer, document: SeedDocument | None, kept: KeptDocument, *, read_by: str, lies: bool
    ) -> None:
        """Keep what the next run asks by, in the transaction that lists the document's links.

        `document` is what was read; it is of no account where the host said that it has not changed.
        """
        ...

    def suggest(self, origin: str, url: str) -> None:
        """Suggest a host that a seed names to people."""
        ...

    def note_walked(self, answer: Answer) -> None:
        """Note that all pages behind a listing's first one have been read."""
        ...

    def keep_listing_page(self, seed: str, page: int, days: Span, now: datetime) -> None:
        """Keep which days stood on a page of a listing."""
        ...

    def list_links(
        self,
        seed: str,
        links: Sequence[Link],
        now: datetime,
        *,
        wanted: Collection[str] | None = None,
        named: Span | None = None,
    ) -> Listing:
        """Put a seed's links on the frontier, those `wanted` on the run's list. The caller opens the transaction."""
        ...

    def want_known(self, seed: str, links: dict[int, Link]) -> None:
        """Put links of the frontier, by their ids, on the run's list, but for those that are stored."""
        ...

    def keep_copies(self, archive: Host, listed: Sequence[IndexedCopy]) -> None:
        """Keep which copies an archive holds of links on the frontier; those given up are wanted again."""
        ...

    def record_poll(self, seed: str, poll: Poll, now: datetime) -> None:
        """Record what the run read from a seed."""
        ...

    def warc_index(self) -> WarcIndex:
        """Return where it is noted which pages WARC files hold."""
        ...


class MemorySeedRecorder(NoRecorder):
    """Remembers which links the seeds list, and stores nothing.

    `listed` are the links by article key, `seeds` by day the names of the seeds that show it.
    """

    def __init__(self) -> None:
        self.listed: dict[str, Link] = {}
        self.seeds: dict[date | None, set[str]] = {}

    def reading_alone(self, path: str) -> AbstractContextManager[None]:
        """Read beside others: what they keep meanwhile is read all the same."""
        return nullcontext()

    def keep_document(
        self, answer: Answer, document: SeedDocument | None, kept: KeptDocument, *, read_by: str, lies: bool
    ) -> None:
        """Keep nothing."""

    def suggest(self, origin: str, url: str) -> None:
        """Suggest nothing."""

    def note_walked(self, answer: Answer) -> None:
        """Keep nothing."""

    def keep_listing_page(self, seed: str, page: int, days: Span, now: datetime) -> None:
        """Keep nothing."""

    def list_links(
        self,
        seed: str,
        links: Sequence[Link],
        now: datetime,
        *,
        wanted: Collection[str] | None = None,
        named: Span | None = None,
    ) -> Listing:
        """Remember the links that the run wants, and which seeds show which days."""
        links = [link for link in links if wanted is None or link.article_key in wanted]
        self._remember(seed, links)
        return Listing(links=len(links))

    def want_known(self, seed: str, links: dict[int, Link]) -> None:
        """Remember what the frontier knows too, stored or not."""
        self._remember(seed, links.values())

    def keep_copies(self, archive: Host, listed: Sequence[IndexedCopy]) -> None:
        """Keep nothing."""

    def record_poll(self, seed: str, poll: Poll, now: datetime) -> None:
        """Keep nothing."""

    def warc_index(self) -> WarcIndex:
        """Return one in memory."""
        return MemoryWarcIndex()

    def _remember(self, seed: str, links: Iterable[Link]) -> None:
        for link in links:
            self.listed.setdefault(link.article_key, link)
            self.seeds.setdefault(link.day, set()).add(seed)


class DatabaseSeedRecorder(DatabaseRecorder):
    """Puts links on the frontier, and keeps what later runs go by."""

    def reading_alone(self, path: str) -> AbstractContextManager[None]:
        """Be the only run that asks for the document at this path; others wait, and find it kept."""
        return validators.reading_alone(self._conn, self._source.key, path)

    def keep_document(
        self, answer: Answer, document: SeedDocument | None, kept: KeptDocument, *, read_by: str, lies: bool
    ) -> None:
        """Keep what the next run asks by, in the transaction that lists the document's links."""
        attempt, exchange = answer.attempt, answer.exchange
        if exchange is None:
            return
        host_id = self.ids[attempt.host]
        if attempt.outcome == "not_modified":
            validators.note_unchanged(
                self._conn, host_id, attempt.url, read_by=read_by, read_at=exchange.fetched_at, lastmod=kept.lastmod
            )
            return
        document = document or SeedDocument(links=())
        validators.keep_document(
            self._conn,
            host_id,
            attempt.url,
            exchange,
            read_by=read_by,
            lastmod=kept.lastmod,
            children=document.children,
            whole=kept.whole,
            conditional=exchange.host == attempt.host,  # another host's validators mean nothing to this one
            polled=kept.polled,
            period_end=kept.period_end,
            days=days_of(document),
            links=len(document.links),
            skipped=document.skipped_by,
            lies=lies,
        )

    def suggest(self, origin: str, url: str) -> None:
        """Suggest a host that a seed names to people."""
        suggested_hosts.note(self._conn, self._run.source, origin, "seed", url)

    def note_walked(self, answer: Answer) -> None:
        """Note that all pages behind a listing's first one have been read."""
        if answer.exchange is not None:
            host_id = self.ids[answer.attempt.host]
            validators.note_walked(self._conn, host_id, answer.attempt.url, answer.exchange.fetched_at)

    def keep_listing_page(self, seed: str, page: int, days: Span, now: datetime) -> None:
        """Keep which days stood on a page of a listing."""
        validators.keep_listing_page(self._conn, self._source.key, seed, page, days, now)

    def list_links(
        self,
        seed: str,
        links: Sequence[Link],
        now: datetime,
        *,
        wanted: Collection[str] | None = None,
        named: Span | None = None,
    ) -> Listing:
        """Put a seed's links on the frontier, those `wanted` on the run's list. The caller opens the transaction."""
        return frontier.list_links(self._conn, self._run, seed, links, now, wanted=wanted, named=named)

    def want_known(self, seed: str, links: dict[int, Link]) -> None:
        """Put links of the frontier, by their ids, on the run's list, but for those that are stored."""
        frontier.want_known(self._conn, self._run, list(links))

    def keep_copies(self, archive: Host, listed: Sequence[IndexedCopy]) -> None:
        """Keep which copies an archive holds of links on the frontier; those given up are wanted again."""
        given_up = archived_copies.keep(self._conn, self._run, self.ids[archive.url], listed)
        if given_up:
            frontier.want_known(self._conn, self._run, given_up)

    def record_poll(self, seed: str, poll: Poll, now: datetime) -> None:
        """Record what the run read from a seed."""
        ledger.record_poll(
            self._conn,
            self._run,
            seed,
            outcome=poll.outcome,
            polled_at=now,
            host_id=self.ids[poll.host] if poll.host else None,
            listing=poll.listing,
            gap=poll.gap,
            days=poll.days,
            spans=poll.spans,
            detail=poll.detail,
        )
        if self._run.is_poll and any(seed == polled.name for polled in self._source.polled_seeds):
            plan_poll(
                self._conn,
                self._source,
                seed,
                failed=poll.outcome == "failed",
                fresh=poll.listing.fresh,
                gap=poll.gap,
                listed_a_day=poll.listed_a_day,
                wish=poll.wish,
                now=now,
            )

    def warc_index(self) -> WarcIndex:
        """Return the one that all runs go by."""
        return DatabaseWarcIndex(self._conn, self._source.key, self.ids)
