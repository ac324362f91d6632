"""A source's hosts asked by one process without a database: guard, robots.txt, caps and deadlines as in any run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mirrorwire.core.closing import Closing
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Extraction, Host, Source
from mirrorwire.core.urls import site_of
from mirrorwire.fetch import page
from mirrorwire.fetch.answers import Answer, Fetched
from mirrorwire.fetch.host_order import order
from mirrorwire.fetch.host_request import HostRequest
from mirrorwire.fetch.page import Mismatch
from mirrorwire.fetch.politeness import OwnPoliteness
from mirrorwire.fetch.robots import Robots, robots_text
from mirrorwire.http.client import Client
from mirrorwire.http.limits import PAGE_CAPS, SEED_CAPS, Caps, Timeouts
from mirrorwire.store.politeness import HostResting
from mirrorwire.workers import Workers
from mirrorwire.workers.messages import Job

OnWait = Callable[[Host, float], None]


class StandaloneFetcher(Closing):
    """Asks the hosts of a source; their delays and rests are known to this process alone, and nothing is stored.

    So it is for a handful of pages: beside a run over the same source each of the two keeps its own delay.
    """

    def __init__(
        self,
        source: Source,
        *,
        user_agent: str,
        timeouts: Timeouts | None = None,
        on_wait: OnWait = lambda host, wait_s: None,
        workers: Workers | None = None,
    ) -> None:
        """`on_wait` is called before a wait of over `NOTED_WAIT_S` seconds; `workers` that are given are left open."""
        self.source = source
        self.rules: dict[str, str] = {}
        """By site, the robots.txt of each that has one."""
        self._client = Client(user_agent=user_agent, timeouts=timeouts)
        self._robots = Robots(self._client, note_response=self._note_robots)
        self._politeness = OwnPoliteness(source, crawl_delay_s=self._robots.crawl_delay_s, on_wait=on_wait)
        self.agent = self._robots.agent
        self._workers = workers or Workers(1)  # starts with the first page
        self._closes_workers = workers is None
        self.verify = self._workers.verify
        self._next_at: dict[str, float] = {}
        self._rests_until: dict[str, float] = {}

    def ask(self, url: str, host: Host, *, caps: Caps = SEED_CAPS) -> Answer:
        """Ask one host for the document at a URL, or at its path there, whatever it is."""
        host_request = self._host_request(caps)
        answer = next(host_request.answers(url, [host]), None)
        if answer is None:
            raise HostResting(host.url, host_request.rests.get(host.url, 0.0))
        return answer

    def fetch_page(self, url: str, hosts: Sequence[Host] | None = None) -> Fetched:
        """Ask the hosts in turn (or these) until one serves the article of this URL."""
        return page.fetch_page(
            url,
            self._host_request(PAGE_CAPS),
            order=order(self.source.hosts, {}) if hosts is None else hosts,
            verify=self.verify,
        )

    def fetch_seed(
        self,
        path: str,
        is_it: Callable[[Exchange], Mismatch | None],
        flaw_of: Callable[[Exchange], str | None],
    ) -> Fetched:
        """Ask the hosts in turn until one serves the document at this path that `is_it` accepts, without a flaw."""
        return page.fetch_seed(
            path,
            self._host_request(SEED_CAPS),
            is_it=is_it,
            flaw_of=flaw_of,
            order=order(self.source.hosts, {}),
            verify=self.verify,
        )

    def extract(self, exchange: Exchange) -> Extraction:
        """Return what a page gives, read in a child process."""
        job = Job(
            body=exchange.body,
            url=exchange.url,
            content_type=exchange.header("Content-Type"),
            fetched_at=exchange.fetched_at,
        )
        (extraction,) = self._workers.extract([job], source=self.source)
        return extraction

    def close(self) -> None:
        """Close connections and end the child process, if it is its own."""
        self._client.close()
        if self._closes_workers:
            self._workers.close()

    def _host_request(self, caps: Caps) -> HostRequest:
        return HostRequest(
            source=self.source,
            client=self._client,
            robots=self._robots,
            wait=self._politeness.wait,
            caps=caps,
            note_response=self._politeness.note_response,
        )

    def _note_robots(self, exchange: Exchange) -> float | None:
        site = site_of(exchange.url)
        if exchange.status == 200 and site:
            self.rules[site] = robots_text(exchange.body)
        return self._politeness.note_response(exchange)
