"""One run's visits to a source's hosts: in the order of their health, at their delay, every answer stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Self

from etl.archive import ArchiveWriter, payload_digest
from etl.fetch.client import Client
from etl.fetch.hosts import order
from etl.fetch.page import Answer, Fetched, Verify, fetch_page, fetch_seed
from etl.fetch.robots import Robots
from etl.load import captures, frontier, ledger
from etl.load.db import Connection
from etl.load.frontier import Listing
from etl.records import Exchange, Host, Link, Run, Source
from etl.workers import Workers

SMALL_BYTES = 1000
"""A body under this is stored again rather than looked up: a revisit's headers take as much."""
HEALTH_AGE_S = 10.0
"""How old the hosts' shared health may be; this process's own failures count at once."""


class Visitor:
    """Fetches a source's pages and seeds for one run. Health and delays are shared with all workers by Postgres.

    Pages are judged in a child process: no stranger's page can bring the run down.
    """

    def __init__(
        self,
        conn: Connection,
        run: Run,
        source: Source,
        *,
        archive: ArchiveWriter,
        user_agent: str,
    ) -> None:
        self.conn, self.run, self.source = conn, run, source
        self._archive = archive
        self._workers = Workers(1)  # starts with the first page
        self.verify: Verify = self._workers.verify
        self._client = Client(user_agent=user_agent)
        self._robots = Robots(self._client)
        self._ids = frontier.host_ids(conn, source)
        self._order: list[Host] = []
        self._order_until = 0.0

    def fetch_page(self, url: str) -> Fetched:
        """Ask the hosts in turn until one serves the article of this URL."""
        fetched = fetch_page(
            url,
            self.source,
            client=self._client,
            robots=self._robots,
            order=self._hosts(),
            wait=self._wait,
            verify=self.verify,
        )
        self._heed(fetched)
        return fetched

    def fetch_seed(
        self,
        path: str,
        is_it: Callable[[Exchange], str | None],
        conditional: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Fetched:
        """Ask the hosts in turn until one serves the document at this path that `is_it` accepts."""
        fetched = fetch_seed(
            path,
            self.source,
            is_it=is_it,
            client=self._client,
            robots=self._robots,
            order=self._hosts(),
            wait=self._wait,
            conditional=conditional,
        )
        self._heed(fetched)
        return fetched

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
            payload_id=earlier.capture_id if earlier else None,
        )

    def list_links(self, seed: str, links: Sequence[Link], now: datetime) -> Listing:
        """Put a seed's links on the frontier and on the run's list. The caller opens the transaction."""
        return frontier.list_links(self.conn, self.run, seed, links, now)

    def record_poll(
        self,
        seed: str,
        *,
        outcome: str,
        host: str | None,
        listing: Listing,
        gap: bool,
        days: tuple[date, date] | None,
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

    def _hosts(self) -> list[Host]:
        if time.monotonic() >= self._order_until:
            health = frontier.host_health(self.conn, self.source)
            self._order = order(self.source.hosts, health, now=datetime.now(UTC))
            self._order_until = time.monotonic() + HEALTH_AGE_S
        return self._order

    def _heed(self, fetched: Fetched) -> None:
        if any(answer.attempt.outcome not in ("ok", "not_modified", "gone") for answer in fetched.answers):
            self._order_until = 0.0

    def _wait(self, host: Host) -> None:
        asked_s = self._robots.crawl_delay_s(host.url) or 0.0
        frontier.wait_for_host(self.conn, self.host_id(host.url), max(self.source.delay_s, asked_s))


class DryVisitor(Visitor):
    """Asks the hosts as politely as any, and stores nothing: what the seeds list is kept in memory."""

    def __init__(self, conn: Connection, run: Run, source: Source, *, archive: ArchiveWriter, user_agent: str) -> None:
        super().__init__(conn, run, source, archive=archive, user_agent=user_agent)
        self.listed: dict[str, Link] = {}
        self.seeds: dict[date | None, set[str]] = {}

    def store(self, answer: Answer, *, link_id: int | None, chosen: bool) -> int | None:
        """Store nothing."""
        return None

    def list_links(self, seed: str, links: Sequence[Link], now: datetime) -> Listing:
        """Keep the links, and which seeds show which days."""
        for link in links:
            self.listed.setdefault(link.article_key, link)
            self.seeds.setdefault(link.day, set()).add(seed)
        return Listing(links=len(links))

    def record_poll(self, seed: str, **_: object) -> None:
        """Record nothing."""
