"""The step fetch: a batch of links, each from the first host that serves it."""

from __future__ import annotations

import logging
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime

from mirrorwire.archive import ArchiveWriter
from mirrorwire.core import bugs
from mirrorwire.core.config import Settings
from mirrorwire.fetch import replay
from mirrorwire.fetch.host_request import Conditional
from mirrorwire.fetch.live import live_fetcher
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.pipeline.discover_step import batch_size
from mirrorwire.pipeline.link_outcome import put_aside, settle
from mirrorwire.pipeline.step_work import StepWork, Tick, silent, step_work
from mirrorwire.store import (
    archived_copies,
    db,
    frontier,
    politeness,
    validators,
)
from mirrorwire.store.frontier import ClaimedLink
from mirrorwire.workers import SharedWorkers, Workers

log = logging.getLogger(__name__)

MAX_FETCH_S = 900.0
"""After so long a batch of fetches gives back what it has not got to: hosts may be slow, or ask for long delays."""


PAGE_AWAY_S = 2.0
"""How long a page may well be under way, from a slow host until it is stored."""
CLAIMED_AT_ONCE = 4
"""Links that one of several fetchers takes at a time: what the others may have to do alone at the end."""


def fetch(
    settings: Settings,
    run_id: int,
    batch: int,
    *,
    now: datetime,
    tick: Tick = silent,
    workers: Workers | SharedWorkers | None = None,
    under_way: int = 1,
) -> dict[str, int]:
    """Fetch a batch of links, each from the first host that serves it.

    A page is read as it comes, and what it gave is kept with it. Returns what became of the links, and the verdicts.
    `tick` hears of each page that is done.

    So many pages may be `under_way` at once, as far as their hosts' delays allow: each by a fetcher with a connection
    to the database of its own, as the tasks of Airflow are beside each other. More than one need `SharedWorkers`.
    """
    with step_work(settings, run_id, "fetch", batch) as work:
        crawl_delay_s = politeness.crawl_delay_s(work.conn, work.run.source)
        size = batch_size(work.source, crawl_delay_s)
        share = BatchShare(size, MAX_FETCH_S)
        fetchers = fetchers_for(max(work.source.delay_s, crawl_delay_s), under_way)
        if fetchers > 1:
            _fetch_at_once(settings, work, share, now, tick, workers, fetchers)
        else:
            with live_fetcher(work.conn, work.run, work.source, settings, workers) as fetcher:
                _fetch_share(fetcher, work, share, size, now, tick)
        return work.counts


def fetchers_for(delay_s: float, under_way: int) -> int:
    """Return how many fetchers a host's delay keeps at work, `under_way` at most: more would only queue for it."""
    if delay_s <= 0:
        return under_way
    return min(under_way, 1 + int(PAGE_AWAY_S / delay_s))


class BatchShare:
    """What is left of a batch for the fetchers that share it: so many links, and seconds."""

    def __init__(self, size: int, limit_s: float) -> None:
        self._left = size
        self._deadline = time.monotonic() + limit_s
        self._lock = threading.Lock()

    @property
    def is_over(self) -> bool:
        """Whether no other link is to be fetched."""
        return time.monotonic() > self._deadline

    def take(self, size: int) -> int:
        """Return how many links a fetcher may claim, `size` at most."""
        with self._lock:
            taken = 0 if self.is_over else min(size, self._left)
            self._left -= taken
            return taken

    def end(self) -> None:
        """Have the fetchers end with the page that each is at."""
        self._deadline = -math.inf


def _fetch_at_once(
    settings: Settings,
    work: StepWork,
    share: BatchShare,
    now: datetime,
    tick: Tick,
    workers: Workers | SharedWorkers | None,
    number: int,
) -> None:
    """Fetch with several fetchers, which write to one archive: what waits for the disk at once waits once."""
    url = db.database_url(settings)
    frontier.keep_source(work.conn, work.source)  # its file may have changed since the run was opened
    with (
        ArchiveWriter(settings.archive, spool=settings.spool) as archive,
        ThreadPoolExecutor(number, thread_name_prefix="fetch") as threads,
    ):

        def fetch_share() -> dict[str, int]:
            with (
                db.connect(url) as conn,
                live_fetcher(conn, work.run, work.source, settings, workers, archive) as fetcher,
            ):
                db.name_session(conn, f"fetch {work.run.source}")
                own = StepWork(conn, work.source, work.run, {})
                _fetch_share(fetcher, own, share, CLAIMED_AT_ONCE, now, tick)
                return own.counts

        fetchers = [threads.submit(fetch_share) for _ in range(number)]
        try:
            for fetcher in as_completed(fetchers):
                work.add(**fetcher.result())
        except BaseException:
            share.end()
            raise


def _fetch_share(
    fetcher: RunFetcher, work: StepWork, share: BatchShare, at_once: int, now: datetime, tick: Tick
) -> None:
    """Claim links and fetch them until the batch is done, or nothing waits."""
    while size := share.take(at_once):
        links = frontier.claim_links(work.conn, work.run, size)
        if not links:
            return
        known = validators.page_validators(work.conn, [link.link_id for link in links])
        for n, link in enumerate(links):
            if share.is_over:
                frontier.give_back(work.conn, links[n:])
                return
            if not frontier.renew_lease(work.conn, link):
                continue  # another worker has it now
            for end in _fetch_link(fetcher, link, known.get(link.link_id), now):
                work.add(**{end: 1})
            tick(1)


def _fetch_link(fetcher: RunFetcher, link: ClaimedLink, known: Conditional | None, now: datetime) -> tuple[str, ...]:
    """Fetch and settle one link; return what became of it (see `settle`). A wall: a bug on it is its own failure."""
    try:
        fetched = fetcher.fetch_page(link.url, known, link.title)
        if replay.is_unserved(fetched) and not link.is_look:
            held = archived_copies.of_link(fetcher.conn, link.link_id, replay.COPIES_ASKED)
            fetched = replay.last_resort(fetcher, fetched, link.article_key, held, now, title=link.title)
        with fetcher.conn.transaction():
            return settle(fetcher, link, fetched, now)
    except Exception as error:
        bug = bugs.taken(error, link.url)
    log.warning("%s: %s", link.url, bug)
    with fetcher.conn.transaction():
        return (put_aside(fetcher, link, bug, now),)
