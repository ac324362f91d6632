"""The step fetch: a batch of links, each from the first host that serves it."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from datetime import datetime

from mirrorwire.archive import ArchiveWriter
from mirrorwire.core import bugs
from mirrorwire.core.config import Settings
from mirrorwire.core.errors import DatabaseUnavailable
from mirrorwire.fetch import replay
from mirrorwire.fetch.host_request import Conditional
from mirrorwire.fetch.live import live_fetcher
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.pipeline.batch_share import BatchShare
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
PAGE_S = 2.0
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
    workers: Workers | None = None,
    under_way: int = 1,
) -> dict[str, int]:
    """Fetch a batch of links, each from the first host that serves it.

    A page is read as it comes, and what it gave is kept with it. Returns what became of the links, and the verdicts.
    `tick` hears of each page that is done.

    So many pages may be `under_way` at once, as far as their hosts' delays allow: each by a fetcher with a connection
    to the database of its own, as the tasks of Airflow are beside each other.
    """
    with step_work(settings, run_id, "fetch", batch) as work:
        crawl_delay_s = politeness.crawl_delay_s(work.conn, work.run.source)
        size = batch_size(work.source, crawl_delay_s)
        fetchers = fetchers_for(max(work.source.delay_s, crawl_delay_s), under_way)
        share = BatchShare(size, MAX_FETCH_S, work.counts, tick)
        if fetchers > 1:
            _fetch_at_once(settings, work, share, now, workers, fetchers)
        else:
            with live_fetcher(work.conn, work.run, work.source, settings, workers) as fetcher:
                _fetch_share(fetcher, share, size, now)
        return work.counts


def fetchers_for(delay_s: float, under_way: int) -> int:
    """Return how many fetchers a host's delay keeps at work, `under_way` at most: more would only queue for it."""
    if delay_s <= 0:
        return under_way
    return min(under_way, 1 + int(PAGE_S / delay_s))


def _fetch_at_once(
    settings: Settings, work: StepWork, share: BatchShare, now: datetime, workers: Workers | None, number: int
) -> None:
    """Fetch with several fetchers, which write to one archive: what waits for the disk at once waits once.

    The next fetcher begins when one more page is done. So a host that is down costs its timeout once or twice, as with
    one fetcher, and not once for each.
    """
    url = db.database_url(settings)
    with (
        nullcontext(workers) if workers else Workers(settings.processes) as pool,
        SharedWorkers(pool) as readers,
        ArchiveWriter(settings.archive, spool=settings.spool) as archive,
        ThreadPoolExecutor(number, thread_name_prefix="fetch") as threads,
        share.ended_by_error(),
    ):

        def fetch_share(*, is_first: bool) -> None:
            with share.ended_by_error():
                try:
                    conn = db.connect(url)
                except DatabaseUnavailable as error:
                    if is_first:
                        raise
                    log.warning("one page fewer is under way: %s", error)  # a database has only so many connections
                    return
                with conn, live_fetcher(conn, work.run, work.source, settings, readers, archive) as fetcher:
                    db.name_session(conn, f"fetch {work.run.source}")
                    _fetch_share(fetcher, share, CLAIMED_AT_ONCE, now)

        fetchers: list[Future[None]] = []
        while len(fetchers) < number and share.left:
            fetchers.append(threads.submit(fetch_share, is_first=not fetchers))
            share.wait_for_page()
        for fetcher in as_completed(fetchers):
            fetcher.result()


def _fetch_share(fetcher: RunFetcher, share: BatchShare, at_once: int, now: datetime) -> None:
    """Claim links and fetch them until the batch is done, or nothing waits."""
    while size := share.take(at_once):
        links = frontier.claim_links(fetcher.conn, fetcher.run, size)
        if not links:
            share.close()
            return
        known = validators.page_validators(fetcher.conn, [link.link_id for link in links])
        for n, link in enumerate(links):
            if share.is_over:
                frontier.give_back(fetcher.conn, links[n:])
                return
            if not frontier.renew_lease(fetcher.conn, link):
                continue  # another worker has it now
            share.note_page(_fetch_link(fetcher, link, known.get(link.link_id), now))


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
