"""One run's visits to a source's hosts: in the order of their health, at their delay, every answer recorded."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import replace
from functools import cached_property

from mirrorwire.core import bugs
from mirrorwire.core.closing import Closing
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Host, Listing, Reading, Run, Source, Verdict
from mirrorwire.fetch.answers import Answer, Fetched
from mirrorwire.fetch.health import Health
from mirrorwire.fetch.host_request import Conditional, HostRequest
from mirrorwire.fetch.known_hosts import PAGE_PATIENCE_S, KnownHosts
from mirrorwire.fetch.page import ListedTitle, Mismatch, Verify, fetch_page, fetch_seed
from mirrorwire.fetch.probe import Probe, probe
from mirrorwire.fetch.recorder import Recorder
from mirrorwire.fetch.robots import Robots
from mirrorwire.http.client import Client
from mirrorwire.http.limits import PAGE_CAPS, SEED_CAPS, Caps
from mirrorwire.store import boilerplate, breakers, frontier
from mirrorwire.store.db import Connection
from mirrorwire.workers import Job, SharedWorkers, Workers

SEED_PATIENCE_S = 900.0
"""How long the queue for a host may be, in seconds, for a seed, which is what a run stands on."""

ARCHIVE_FAILURES = 3
ARCHIVE_REST_S = 600.0
"""For how long an archive is left alone that does not answer."""


class RunFetcher(Closing):
    """Fetches a source's pages and seeds for one run.

    The `recorder` takes what comes of it. Pages are judged in a child process: no stranger's page can bring the run
    down.
    """

    def __init__(
        self,
        conn: Connection,
        run: Run,
        source: Source,
        *,
        recorder: Recorder,
        hosts: KnownHosts,
        user_agent: str,
        workers: Workers | SharedWorkers | None = None,
    ) -> None:
        """`hosts` says what is known of the source's hosts, and keeps what the run learns of them.

        `workers` judge pages, and stay; by default the fetcher has its own.
        """
        self.conn, self.run, self.source, self.recorder = conn, run, source, recorder
        self._own_workers = Workers(1)  # starts with the first page
        self._workers: Workers | SharedWorkers = workers or self._own_workers
        self.verify: Verify = self._workers.verify
        self._client = Client(user_agent=user_agent)
        for failing in breakers.failing(conn, source):
            self._client.be_impatient(failing)
        self._robots = Robots(self._client, robots_cache=hosts.robots_cache(), note_response=self._note_robots)
        self._politeness = hosts.politeness_rules(self._robots.crawl_delay_s)
        self.health = Health(source, hosts.breakers(), self._probe)
        self._archive_failures: dict[str, int] = {}

    def fetch_page(self, url: str, conditional: Conditional | None = None, title: str | None = None) -> Fetched:
        """Ask the hosts in turn until one serves the article of this URL, or says that it is as it was.

        `title` is what a feed calls it.
        """
        self._politeness.patience_s = PAGE_PATIENCE_S
        listed = ListedTitle(title=title, another=lambda other: self._another(url, other)) if title else None
        fetched = fetch_page(
            url,
            self._host_request(PAGE_CAPS),
            order=self.health.usable(),
            shut=self.health.shut(),
            verify=self.verify,
            read=self.read_page,
            listed=listed,
            conditional=conditional,
        )
        self.health.note(fetched)
        return fetched

    def read_page(self, exchange: Exchange, listing: Listing | None) -> Reading:
        """Return what a page gives, read as the step `extract` would: by the rules that are stored for the source."""
        (reading,) = self.read_pages([job_of(exchange, listing)])
        return reading

    def read_pages(self, jobs: Iterable[Job | Verdict]) -> Generator[Reading, None, None]:
        """Yield what pages give, in their order, read ahead in all of the workers' processes; see `Workers.extract`."""
        rules = self._reading_rules
        source = replace(self.source, prune=rules.prune)
        with closing(self._workers.extract(jobs, source=source, boilerplate=rules.blocks)) as extractions:
            for extraction in extractions:
                yield Reading(extraction=extraction, revision=rules.revision)

    @cached_property
    def _reading_rules(self) -> boilerplate.Rules:
        """The source's rules as the first page met them.

        Where they have changed since, `Reading.revision` tells, and the page is left to the step `extract`.
        """
        return boilerplate.reading_rules(self.conn, self.run.source)

    def fetch_seed(
        self,
        path: str,
        is_it: Callable[[Exchange], Mismatch | None],
        flaw_of: Callable[[Exchange], str | None],
        conditional: Conditional | None = None,
    ) -> Fetched:
        """Ask the hosts in turn until one serves the document at this path that `is_it` accepts, without a flaw."""
        self._politeness.patience_s = SEED_PATIENCE_S
        fetched = fetch_seed(
            path,
            self._host_request(SEED_CAPS),
            is_it=is_it,
            flaw_of=flaw_of,
            order=self.health.usable(),
            shut=self.health.shut(),
            verify=self.verify,
            conditional=conditional,
        )
        self.health.note(fetched)
        return fetched

    def ask_archive(
        self, archive: Host, url: str, *, caps: Caps, patience_s: float
    ) -> tuple[Answer | None, float | None]:
        """Ask an archive for a URL of its own; return its answer, and for how many seconds it is to be left alone.

        One that has failed `ARCHIVE_FAILURES` times in a row is asked no more: archives have no breaker.
        """
        if self._archive_failures.get(archive.url, 0) >= ARCHIVE_FAILURES:
            return None, ARCHIVE_REST_S
        self._politeness.patience_s = patience_s
        host_request = self._host_request(caps)
        answer = host_request.archive(archive, url)
        if answer is not None:
            failed = answer.attempt.outcome in ("unreachable", "timeout")
            self._archive_failures[archive.url] = self._archive_failures.get(archive.url, 0) + 1 if failed else 0
        return answer, host_request.rests.get(archive.url)

    def close(self) -> None:
        """Close the connections to the hosts, and end the child process of its own that judges pages."""
        self._client.close()
        self._own_workers.close()

    def _another(self, url: str, title: str) -> str | None:
        return frontier.titled_like(self.conn, self.source, url, title)

    def _host_request(self, caps: Caps) -> HostRequest:
        return HostRequest(
            source=self.source,
            client=self._client,
            robots=self._robots,
            wait=self._politeness.wait,
            caps=caps,
            note_response=self._politeness.note_response,
        )

    def _probe(self, host: Host) -> Probe:
        result = probe(host, self._host_request(PAGE_CAPS), self.verify)
        if result.answer is not None:
            with self.conn.transaction():
                self.recorder.store(result.answer, link_id=None, chosen=False)
        return result

    def _note_robots(self, exchange: Exchange) -> float | None:
        try:
            # A capture and no attempt: that it serves a robots.txt, or a notice there, says nothing about its state.
            self.recorder.keep(exchange, link_id=None, chosen=False)
        except Exception as error:  # its rules hold all the same
            self.recorder.note_bugs([bugs.taken(error)], item=exchange.url)
        return self._politeness.note_response(exchange)


def job_of(exchange: Exchange, listing: Listing | None) -> Job:
    """Return a page as the workers take it."""
    return Job(
        body=exchange.body,
        url=exchange.url,
        content_type=exchange.header("Content-Type"),
        fetched_at=exchange.fetched_at,
        listing=listing,
    )
