"""One run's visits to a source's hosts: in the order of their health, at their delay, every answer stored."""

from __future__ import annotations

from collections.abc import Callable, Collection
from types import TracebackType
from typing import Self

from etl import bugs
from etl.archive import ArchiveWriter, payload_digest
from etl.fetch.answers import Answer, Fetched
from etl.fetch.asking import Asking, Conditional
from etl.fetch.client import Client
from etl.fetch.courtesy import Courtesy, Manners, RobotsShelf
from etl.fetch.forgotten import without_forgotten
from etl.fetch.health import Health
from etl.fetch.limits import PAGE_CAPS, Caps
from etl.fetch.notebook import Notebook
from etl.fetch.page import Instead, Listed, Verify, fetch_page, fetch_seed
from etl.fetch.probe import Probe, probe
from etl.fetch.robots import Robots, Shelf
from etl.load import breakers, captures, frontier, suggestions, takedown
from etl.load.db import Connection
from etl.records import Capture, Exchange, Host, Run, Source
from etl.workers import Workers

SMALL_BYTES = 1000
"""A body under this is stored again rather than looked up: a revisit's headers take as much."""
PAGE_PATIENCE_S, SEED_PATIENCE_S = 120.0, 900.0
"""How long the queue for a host may be, in seconds: a page is left for later, a seed is what a run stands on."""

ARCHIVE_FAILURES = 3
ARCHIVE_REST_S = 600.0
"""For how long an archive is left alone that does not answer."""


class Visitor(Notebook):
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
        workers: Workers | None = None,
    ) -> None:
        """`processes`: how many read WARC files at once. `workers` judge pages, and stay; by default its own."""
        super().__init__(conn, run, source)
        self.processes = processes
        self._archive = archive
        self._own_workers = Workers(1)  # starts with the first page
        self.verify: Verify = (workers or self._own_workers).verify
        self._client = Client(user_agent=user_agent)
        for failing in breakers.failing(conn, source):
            self._client.be_impatient(failing)
        self._robots = Robots(self._client, shelf=self._shelf(), heed=self._heed_robots)
        self._courtesy = self._manners()
        self.health = self._health()
        self._archive_failures: dict[str, int] = {}

    def fetch_page(self, url: str, conditional: Conditional | None = None, title: str | None = None) -> Fetched:
        """Ask the hosts in turn until one serves the article of this URL, or says that it is as it was.

        `title` is what a feed calls it.
        """
        self._courtesy.patience_s = PAGE_PATIENCE_S
        listed = Listed(title=title, another=lambda said: self._another(url, said)) if title else None
        fetched = fetch_page(
            url,
            self.source,
            client=self._client,
            robots=self._robots,
            order=self.health.usable(),
            shut=self.health.shut(),
            wait=self._courtesy.wait,
            verify=self.verify,
            heed=self._courtesy.heed,
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
        self._courtesy.patience_s = SEED_PATIENCE_S
        fetched = fetch_seed(
            path,
            self.source,
            is_it=is_it,
            flaw_of=flaw_of,
            client=self._client,
            robots=self._robots,
            order=self.health.usable(),
            shut=self.health.shut(),
            wait=self._courtesy.wait,
            verify=self.verify,
            heed=self._courtesy.heed,
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
        self._courtesy.patience_s = patience_s
        asking = self._asking(caps)
        answer = asking.archive(archive, url)
        if answer is not None:
            failed = answer.attempt.outcome in ("unreachable", "timeout")
            self._archive_failures[archive.url] = self._archive_failures.get(archive.url, 0) + 1 if failed else 0
        return answer, asking.rests.get(archive.url)

    def store(self, answer: Answer, *, link_id: int | None, chosen: bool, shown: Collection[str] = ()) -> int | None:
        """Archive an answer and record it; return its capture's id, `None` where no document came.

        Without a link it is a seed's document or a front page, stored without what tells of an article that was taken
        down; `shown` are the keys of the articles in it. The caller opens the transaction. The bytes are on the disk
        before: a record without a row does no harm, a row without a record would.
        """
        if link_id is None:
            forgotten = takedown.forgotten(self.conn, self.run.source)
            answer = without_forgotten(answer, self.source, forgotten, shown)
        capture_id = None
        if answer.exchange is not None and answer.exchange.status == 304:
            unmodified = captures.last_payload(self.conn, self.run.source, link_id, answer.exchange.url)
            self._archive.write(answer.exchange, earlier=unmodified)
        elif answer.exchange is not None:
            capture_id = self._capture(answer.exchange, link_id=link_id, chosen=chosen)
        for other in answer.others:
            self._archive.write(other)
        if answer.bug is not None:
            self.note_bugs([answer.bug], item=answer.attempt.url, link_id=link_id)
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

    def close(self) -> None:
        """Close the connections to the hosts, and end the child process of its own that judges pages."""
        self._client.close()
        self._own_workers.close()

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

    def _shelf(self) -> Shelf:
        return RobotsShelf(self.conn, self.source, self.ids)

    def _manners(self) -> Manners:
        return Courtesy(self.conn, self.source, self.ids, PAGE_PATIENCE_S)

    def _health(self) -> Health:
        return Health(self.conn, self.run.run_id or None, self.source, self.ids, self._probe)

    def _another(self, url: str, title: str) -> str | None:
        return frontier.titled_like(self.conn, self.source, url, title)

    def _asking(self, caps: Caps) -> Asking:
        return Asking(
            source=self.source,
            client=self._client,
            robots=self._robots,
            wait=self._courtesy.wait,
            caps=caps,
            heed=self._courtesy.heed,
        )

    def _probe(self, host: Host) -> Probe:
        found = probe(host, self._asking(PAGE_CAPS), self.verify)
        if found.answer is not None:
            with self.conn.transaction():
                self.store(found.answer, link_id=None, chosen=False)
        return found

    def _heed_robots(self, exchange: Exchange) -> float | None:
        try:
            self._archive_robots(exchange)
        except Exception as error:  # its rules hold all the same
            self.note_bugs([bugs.taken(error)], item=exchange.url)
        return self._courtesy.heed(exchange)

    def _archive_robots(self, exchange: Exchange) -> None:
        # A capture and no attempt: serving a robots.txt, or a notice in its place, says nothing of how a host fares.
        self._capture(exchange, link_id=None, chosen=False)
