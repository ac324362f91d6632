"""Visits that leave no trace among what is stored: seeds read to say what a run would do, and hosts probed by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mirrorwire.core.exchange import Breaker
from mirrorwire.core.records import Host, Run, Source
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.seed_recorder import MemorySeedRecorder
from mirrorwire.discover.seed_store import SeedStore
from mirrorwire.fetch.health import Breakers, SharedBreakers
from mirrorwire.fetch.known_hosts import SharedHosts
from mirrorwire.fetch.politeness import KnownRobots, OwnPoliteness, PolitenessRules, StoredRobots
from mirrorwire.fetch.recorder import NoRecorder
from mirrorwire.fetch.robots import RobotsCache
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.store import frontier, politeness
from mirrorwire.store.db import Connection


def probing_fetcher(conn: Connection, run: Run, source: Source, *, user_agent: str) -> RunFetcher:
    """Return what asks hosts how they are: no answer is stored, and what it learns of them counts for all workers."""
    ids = frontier.host_ids(conn, source)
    hosts = SharedHosts(conn, run, source, ids)
    return RunFetcher(conn, run, source, recorder=NoRecorder(), hosts=hosts, user_agent=user_agent)


@contextmanager
def dry_context(
    conn: Connection,
    run: Run,
    source: Source,
    recorder: MemorySeedRecorder,
    *,
    user_agent: str,
    processes: int = 1,
) -> Iterator[SeedContext]:
    """Read seeds as politely as any run, and store nothing: what they list is left in the recorder.

    It reads what workers know of the hosts, and needs no more than the right to read. Workers do not see its requests:
    beside a run over the same source each of the two keeps its own delay.
    """
    # Those of hosts that no run has kept are below zero: nothing is known of them.
    ids = {host.url: -n for n, host in enumerate(source.hosts, start=1)} | frontier.host_ids(conn, source)
    hosts = UnsharedHosts(conn, source, ids)
    stored = SeedStore(conn, run, source, ids=ids)
    with RunFetcher(conn, run, source, recorder=recorder, hosts=hosts, user_agent=user_agent) as fetcher:
        yield SeedContext(fetcher=fetcher, stored=stored, recorder=recorder, processes=processes)


class UnsharedHosts:
    """Hosts as the workers know them; what this process learns of them is not stored."""

    def __init__(self, conn: Connection, source: Source, ids: dict[str, int]) -> None:
        self._conn, self._source, self._ids = conn, source, ids

    def robots_cache(self) -> RobotsCache:
        """The robots.txt files that any worker has fetched."""
        return KnownRobots(StoredRobots(self._conn, self._source, self._ids))

    def politeness_rules(self, crawl_delay_s: Callable[[str], float | None]) -> PolitenessRules:
        """Hosts are spared by what workers and this process do."""
        return OwnPoliteness(self._source, crawl_delay_s=crawl_delay_s, known=self._free_in)

    def breakers(self) -> Breakers:
        """Breakers that begin with what the workers know."""
        return UnsharedBreakers(SharedBreakers(self._conn, None, self._source, self._ids))

    def _free_in(self, host: Host) -> tuple[float, float]:
        return politeness.free_in(self._conn, self._ids[host.url], self._source.delay_s)


class UnsharedBreakers:
    """Breakers that begin with what the workers know; what becomes of them is kept in memory."""

    def __init__(self, shared: SharedBreakers) -> None:
        self._shared = shared
        self._known: dict[str, Breaker] = {}
        self._changed: dict[str, Breaker] = {}
        self._probed: set[str] = set()

    def known(self) -> dict[str, Breaker]:
        """Return the workers' breakers as they are now, and those that have changed here."""
        self._known = self._shared.known() | self._changed
        return dict(self._known)

    def is_clean(self, url: str) -> bool:
        """Nobody is spared a write: there is none."""
        return False

    def claim_probe(self, url: str, *, urgent: bool) -> bool:
        """Probe each host once at most."""
        due = urgent or self._known[url].probe_in_s <= 0
        if not due or url in self._probed:
            return False
        self._probed.add(url)
        return True

    def change(self, url: str, becomes: Callable[[Breaker], Breaker]) -> Breaker:
        """Change a host's breaker for this process alone; return what it is now."""
        self._changed[url] = self._known[url] = becomes(self._known.get(url, Breaker()))
        return self._known[url]
