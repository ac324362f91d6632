"""What a run keeps of the seeds that it reads and of the links that they show, in Postgres."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

from etl.bugs import Bug
from etl.discover.cdx import IndexedCopy
from etl.discover.document import SeedDocument
from etl.discover.reach import days_of
from etl.discover.window import link_in_window
from etl.fetch.answers import Answer
from etl.load import bugs, copies, frontier, ledger, suggestions, validators
from etl.load.db import Connection
from etl.load.frontier import Listing
from etl.load.validators import SeedCopy
from etl.records import Host, Link, Run, Source
from etl.urls import on_host


class Notebook:
    """One run's seeds, documents and links as they are stored."""

    def __init__(self, conn: Connection, run: Run, source: Source) -> None:
        self.conn, self.run, self.source = conn, run, source
        self.ids = self._host_ids()

    def known_documents(self, path: str, read_by: str) -> dict[str, SeedCopy]:
        """Return by host URL what is known of the document at this path, as these rules read it."""
        urls = {self.host_id(host.url): host.url for host in self.source.hosts}
        asked = [(host_id, on_host(path, Host(url=url))) for host_id, url in urls.items()]
        return {urls[key]: copy for key, copy in validators.known_documents(self.conn, asked, read_by=read_by).items()}

    def keep_document(
        self,
        answer: Answer,
        *,
        read_by: str,
        lastmod: str | None,
        document: SeedDocument | None,
        whole: bool,
        polled: bool = True,
        period_end: date | None = None,
        lies: bool = False,
    ) -> None:
        """Keep what the next run asks by, in the transaction that lists the document's links.

        `document` is what was read; it is of no account where the host said that it has not changed.
        """
        attempt, exchange = answer.attempt, answer.exchange
        if exchange is None:
            return
        host_id = self.host_id(attempt.host)
        if attempt.outcome == "not_modified":
            validators.note_unchanged(
                self.conn, host_id, attempt.url, read_by=read_by, read_at=exchange.fetched_at, lastmod=lastmod
            )
            return
        found = document or SeedDocument(links=())
        validators.keep_document(
            self.conn,
            host_id,
            attempt.url,
            exchange,
            read_by=read_by,
            lastmod=lastmod,
            children=found.children,
            whole=whole,
            conditional=exchange.host == attempt.host,  # another host's validators mean nothing to this one
            polled=polled,
            period_end=period_end,
            days=days_of(found),
            links=len(found.links),
            skipped=found.skipped_by,
            lies=lies,
        )

    def suggest(self, origin: str, url: str) -> None:
        """Suggest a host that a seed names to people."""
        suggestions.note(self.conn, self.run.source, origin, "seed", url)

    def dismissed_origins(self) -> frozenset[str]:
        """Return the origins that people do not want to hear of."""
        return suggestions.dismissed(self.conn, self.run.source)

    def note_walked(self, answer: Answer) -> None:
        """Note that all pages behind a listing's first one have been read."""
        if answer.exchange is not None:
            host_id = self.host_id(answer.attempt.host)
            validators.note_walked(self.conn, host_id, answer.attempt.url, answer.exchange.fetched_at)

    def has_shown(self, seed: str) -> bool:
        """Whether a seed has ever shown a link."""
        return frontier.has_shown(self.conn, self.run.source, seed)

    def reading_alone(self, path: str) -> AbstractContextManager[None]:
        """Be the only run that asks for the document at this path."""
        return validators.reading_alone(self.conn, self.source.key, path)

    def keep_listing_page(self, seed: str, page: int, days: tuple[date, date], now: datetime) -> None:
        """Keep which days stood on a page of a listing."""
        validators.keep_listing_page(self.conn, self.source.key, seed, page, days, now)

    def page_before(self, seed: str, day: date) -> int:
        """Return the last page of a listing that is known to have shown what is newer than a day."""
        return validators.page_before(self.conn, self.source.key, seed, day)

    def days_of(self, links: Sequence[Link]) -> dict[str, date | None]:
        """Return by article key the day of each link; of those whose URL names none, that of the stored article."""
        unnamed = [link.article_key for link in links if link.day is None]
        learned = frontier.learned_days(self.conn, unnamed) if unnamed else {}
        return {link.article_key: link.day or learned.get(link.article_key) for link in links}

    def list_links(
        self,
        seed: str,
        links: Sequence[Link],
        now: datetime,
        *,
        wanted: Collection[str] | None = None,
        named: tuple[date, date] | None = None,
    ) -> Listing:
        """Put a seed's links on the frontier, those `wanted` on the run's list. The caller opens the transaction."""
        return frontier.list_links(self.conn, self.run, seed, links, now, wanted=wanted, named=named)

    def listed_before(self, seed: str) -> list[Link]:
        """Return the links that a seed has ever shown of the run's window, and put those not stored on its list."""
        window, zone = self.run.window, self.source.zone
        known = {
            each.link_id: link
            for each in frontier.listed_before(self.conn, self.run, zone, seed)
            if link_in_window(link := each.as_link(seed), window, zone)
        }
        self._want_known(list(known))
        return list(known.values())

    def record_poll(
        self,
        seed: str,
        *,
        outcome: str,
        host: str | None,
        listing: Listing,
        gap: bool,
        days: tuple[date, date] | None,
        spans: Sequence[tuple[date, date]] = (),
        detail: str | None,
        now: datetime,
    ) -> None:
        """Record what the run read from a seed."""
        ledger.record_poll(
            self.conn,
            self.run,
            seed,
            outcome=outcome,
            polled_at=now,
            host_id=self.host_id(host) if host else None,
            listing=listing,
            gap=gap,
            days=days,
            spans=spans,
            detail=detail,
        )

    def keep_copies(self, archive: Host, found: Sequence[IndexedCopy]) -> None:
        """Keep which copies an archive holds of links on the frontier; those given up are wanted again."""
        given_up = copies.keep(self.conn, self.run, self.host_id(archive.url), found)
        if given_up:
            self._want_known(given_up)

    def note_bugs(self, met: Iterable[Bug], *, item: str, link_id: int | None = None) -> None:
        """Record what our code raised on one item of the run's."""
        step = "discover" if link_id is None else "fetch"
        bugs.note(self.conn, self.run, step, met, item=item, link_id=link_id, now=datetime.now(UTC))

    def host_id(self, url: str) -> int:
        """The id of a host of the source."""
        return self.ids[url]

    def _host_ids(self) -> dict[str, int]:
        return frontier.host_ids(self.conn, self.source)

    def _want_known(self, link_ids: Sequence[int]) -> None:
        frontier.want_known(self.conn, self.run, link_ids)
