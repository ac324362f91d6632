"""One run's visits to a source's hosts: in the order of their health, at their delay, every answer stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from types import TracebackType
from typing import Self

from etl.archive import ArchiveWriter, payload_digest
from etl.discover.cdx import Listed as ListedCopy
from etl.discover.document import ChildSitemap
from etl.discover.window import link_in_window
from etl.fetch.answers import Answer, Fetched
from etl.fetch.asking import Asking, Conditional
from etl.fetch.client import PAGE_CAPS, Caps, Client, retry_after_s
from etl.fetch.guard import check_url
from etl.fetch.health import Health
from etl.fetch.page import Instead, Listed, Verify, fetch_page, fetch_seed
from etl.fetch.probe import Probe, probe
from etl.fetch.robots import Robots
from etl.load import breakers, captures, copies, frontier, ledger, politeness, suggestions, validators
from etl.load.db import Connection
from etl.load.frontier import Listing
from etl.load.politeness import RobotsFile
from etl.load.validators import SeedCopy
from etl.records import Capture, Exchange, Host, Link, Run, Source
from etl.urls import on_host
from etl.workers import Workers

SMALL_BYTES = 1000
"""A body under this is stored again rather than looked up: a revisit's headers take as much."""
PAGE_PATIENCE_S, SEED_PATIENCE_S = 120.0, 900.0
"""How long the queue for a host may be, in seconds: a page is left for later, a seed is what a run stands on."""

ARCHIVE_FAILURES = 3
ARCHIVE_REST_S = 600.0
"""For how long an archive is left alone that does not answer."""


class Visitor:
    """Fetches a source's pages and seeds for one run. Health and delays are shared with all workers by Postgres.

    Pages are judged in a child process: no stranger's page can bring the run down.
    """

    stores = True

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
        """`processes`: how many read WARC files at once."""
        self.conn, self.run, self.source = conn, run, source
        self.processes = processes
        self._archive = archive
        self._workers = Workers(1)  # starts with the first page
        self.verify: Verify = self._workers.verify
        self._client = Client(user_agent=user_agent)
        for failing in breakers.failing(conn, source):
            self._client.be_impatient(failing)
        self._robots = Robots(self._client, shelf=_RobotsShelf(self), heed=self._heed_robots)
        self._ids = frontier.host_ids(conn, source)
        self.health = Health(conn, run.run_id or None, source, self._ids, self._probe)
        self._patience_s = PAGE_PATIENCE_S
        self._archive_failures: dict[str, int] = {}
        self._refused: set[int] = set()  # hosts whose last answer was a refusal, as far as we know

    def fetch_page(self, url: str, conditional: Conditional | None = None, title: str | None = None) -> Fetched:
        """Ask the hosts in turn until one serves the article of this URL, or says that it is as it was.

        `title` is what a feed calls it.
        """
        self._patience_s = PAGE_PATIENCE_S
        listed = Listed(title=title, another=lambda said: self._another(url, said)) if title else None
        fetched = fetch_page(
            url,
            self.source,
            client=self._client,
            robots=self._robots,
            order=self.health.usable(),
            shut=self.health.shut(),
            wait=self._wait,
            verify=self.verify,
            heed=self._heed_answer,
            listed=listed,
            conditional=conditional,
        )
        self.health.note(fetched)
        return fetched

    def fetch_seed(
        self,
        path: str,
        is_it: Callable[[Exchange], Instead | None],
        flaw_of: Callable[[Exchange], str | None],
        conditional: Conditional | None = None,
    ) -> Fetched:
        """Ask the hosts in turn until one serves the document at this path that `is_it` accepts, without a flaw."""
        self._patience_s = SEED_PATIENCE_S
        fetched = fetch_seed(
            path,
            self.source,
            is_it=is_it,
            flaw_of=flaw_of,
            client=self._client,
            robots=self._robots,
            order=self.health.usable(),
            shut=self.health.shut(),
            wait=self._wait,
            heed=self._heed_answer,
            conditional=conditional,
        )
        self.health.note(fetched)
        return fetched

    def ask_archive(
        self, archive: Host, url: str, *, caps: Caps, patience_s: float
    ) -> tuple[Answer | None, float | None]:
        """Ask an archive for a URL of its own; return its answer, and for how many seconds it is to be left alone.

        One that has failed `ARCHIVE_FAILURES` times in a row is asked no more: no breaker tells of it.
        """
        if self._archive_failures.get(archive.url, 0) >= ARCHIVE_FAILURES:
            return None, ARCHIVE_REST_S
        self._patience_s = patience_s
        asking = Asking(
            source=self.source,
            client=self._client,
            robots=self._robots,
            wait=self._wait,
            caps=caps,
            heed=self._heed_answer,
        )
        answer = asking.archive(archive, url)
        if answer is not None:
            failed = answer.attempt.outcome in ("unreachable", "timeout")
            self._archive_failures[archive.url] = self._archive_failures.get(archive.url, 0) + 1 if failed else 0
        return answer, asking.rests.get(archive.url)

    def keep_copies(self, archive: Host, found: Sequence[ListedCopy]) -> None:
        """Keep which copies an archive holds of links on the frontier; those given up are wanted again."""
        given_up = copies.keep(self.conn, self.run, self.host_id(archive.url), found)
        if given_up:
            self._want_known(given_up)

    def store(self, answer: Answer, *, link_id: int | None, chosen: bool) -> int | None:
        """Archive an answer and record it; return its capture's id, `None` where no document came.

        The caller opens the transaction. The bytes are on the disk before: a record without a row does no harm, a row
        without a record would.
        """
        capture_id = None
        if answer.exchange is not None and answer.exchange.status == 304:
            unmodified = captures.last_payload(self.conn, self.run.source, link_id, answer.exchange.url)
            self._archive.write(answer.exchange, earlier=unmodified)
        elif answer.exchange is not None:
            capture_id = self._capture(answer.exchange, link_id=link_id, chosen=chosen)
        for redirect in answer.redirects:
            self._archive.write(redirect)
        if answer.moved_to:
            suggestions.note(self.conn, self.run.source, answer.moved_to, "redirect", answer.attempt.url)
        captures.store_attempt(
            self.conn,
            self.run,
            answer.attempt,
            host_id=self.host_id(answer.attempt.host),
            link_id=link_id,
            verdict=answer.verdict,
            capture_id=capture_id,
        )
        return capture_id

    def keep(self, exchange: Exchange, *, link_id: int, chosen: bool) -> int:
        """Archive a page that somebody else captured, and record it; return its capture's id."""
        return self._capture(exchange, link_id=link_id, chosen=chosen)

    def read(self, capture: Capture) -> Exchange:
        """Read a capture back; raises `ArchiveDamaged` or `ArchiveAway`."""
        return self._archive.read(capture)

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
        children: Iterable[ChildSitemap],
        whole: bool,
        polled: bool = True,
        period_end: date | None = None,
        days: tuple[date, date] | None = None,
    ) -> None:
        """Keep what the next run asks by, in the transaction that lists the document's links."""
        attempt, exchange = answer.attempt, answer.exchange
        if exchange is None:
            return
        host_id = self.host_id(attempt.host)
        if attempt.outcome == "not_modified":
            validators.note_unchanged(
                self.conn, host_id, attempt.url, read_by=read_by, read_at=exchange.fetched_at, lastmod=lastmod
            )
            return
        validators.keep_document(
            self.conn,
            host_id,
            attempt.url,
            exchange,
            read_by=read_by,
            lastmod=lastmod,
            children=children,
            whole=whole,
            conditional=exchange.host == attempt.host,  # another host's validators mean nothing to this one
            polled=polled,
            period_end=period_end,
            days=days,
        )

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

    def _want_known(self, link_ids: Sequence[int]) -> None:
        frontier.want_known(self.conn, self.run, link_ids)

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

    def host_id(self, url: str) -> int:
        """The id of a host of the source."""
        return self._ids[url]

    def close(self) -> None:
        """Close the connections to the hosts, and end the child process that judges pages."""
        self._client.close()
        self._workers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _capture(self, exchange: Exchange, *, link_id: int | None, chosen: bool) -> int:
        """Archive a response and record where it lies; its body only where no record of the source holds it."""
        earlier = None
        if len(exchange.body) >= SMALL_BYTES:
            earlier = captures.stored_payload(self.conn, self.run.source, payload_digest(exchange.body), exchange.url)
        if earlier is not None and not self._archive.holds(earlier.capture.warc):
            earlier = None  # the archive has moved since
        capture = self._archive.write(exchange, earlier=earlier)
        self._archive.sync()
        return captures.store_capture(
            self.conn,
            self.run,
            exchange,
            capture,
            host_id=self.host_id(exchange.host),
            link_id=link_id,
            chosen=chosen,
            payload_id=earlier.capture_id if earlier and capture.payload else None,
        )

    def _another(self, url: str, title: str) -> str | None:
        return frontier.titled_like(self.conn, self.source, url, title)

    def _probe(self, host: Host) -> Probe:
        asking = Asking(
            source=self.source,
            client=self._client,
            robots=self._robots,
            wait=self._wait,
            caps=PAGE_CAPS,
            heed=self._heed_answer,
        )
        found = probe(host, asking, self.verify)
        if found.answer is not None:
            with self.conn.transaction():
                self.store(found.answer, link_id=None, chosen=False)
        return found

    def _wait(self, host: Host) -> None:
        host_id = self.host_id(host.url)
        refusals = politeness.wait_for_host(
            self.conn, host_id, host.url, self.source.delay_s, patience_s=self._patience_s
        )
        if refusals:
            self._refused.add(host_id)

    def _heed_answer(self, exchange: Exchange) -> float | None:
        host_id = self.host_id(exchange.host)
        if exchange.status in (429, 503):
            self._refused.add(host_id)
            return politeness.note_refusal(self.conn, host_id, exchange.status, retry_after_s(exchange))
        if host_id in self._refused:
            self._refused.discard(host_id)
            politeness.forget_refusals(self.conn, host_id)
        return None

    def _heed_robots(self, exchange: Exchange) -> float | None:
        self._archive_robots(exchange)
        return self._heed_answer(exchange)

    def _archive_robots(self, exchange: Exchange) -> None:
        # A capture and no attempt: serving a robots.txt, or a notice in its place, says nothing of how a host fares.
        self._capture(exchange, link_id=None, chosen=False)


class _RobotsShelf:
    """What workers tell each other of robots.txt files, through Postgres."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    def known(self, origin: str) -> RobotsFile | None:
        return politeness.known_robots(self._visitor.conn, self._host_id(origin), origin)

    def alone(self, origin: str) -> AbstractContextManager[None]:
        return politeness.asking_for_robots(self._visitor.conn, self._host_id(origin), origin)

    def keep(self, origin: str, found: RobotsFile) -> None:
        politeness.keep_robots(self._visitor.conn, self._host_id(origin), origin, found)

    def forget_failure(self, origin: str) -> None:
        politeness.forget_failed_robots(self._visitor.conn, self._host_id(origin), origin)

    def _host_id(self, origin: str) -> int:
        return self._visitor.host_id(check_url(f"{origin}/", self._visitor.source).url)
