"""The step fetch: a batch of links, each from the first host that serves it."""

from __future__ import annotations

import logging
import time
from datetime import datetime

from mirrorwire.core import bugs
from mirrorwire.core.config import Settings
from mirrorwire.fetch import replay
from mirrorwire.fetch.host_request import Conditional
from mirrorwire.fetch.live import live_fetcher
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.pipeline.discover_step import batch_size
from mirrorwire.pipeline.link_outcome import put_aside, settle
from mirrorwire.pipeline.step_work import Tick, silent, step_work
from mirrorwire.store import (
    archived_copies,
    frontier,
    politeness,
    validators,
)
from mirrorwire.store.frontier import ClaimedLink
from mirrorwire.workers import Workers

log = logging.getLogger(__name__)

MAX_FETCH_S = 900.0
"""After so long a batch of fetches gives back what it has not got to: hosts may be slow, or ask for long delays."""


def fetch(
    settings: Settings,
    run_id: int,
    batch: int,
    *,
    now: datetime,
    tick: Tick = silent,
    workers: Workers | None = None,
) -> dict[str, int]:
    """Fetch a batch of links, each from the first host that serves it.

    A page is read as it comes, and what it gave is kept with it. Returns what became of the links, and the verdicts.
    `tick` hears of each page that is done.
    """
    with (
        step_work(settings, run_id, "fetch", batch) as work,
        live_fetcher(work.conn, work.run, work.source, settings, workers) as fetcher,
    ):
        deadline = time.monotonic() + MAX_FETCH_S
        size = batch_size(work.source, politeness.crawl_delay_s(work.conn, work.run.source))
        links = frontier.claim_links(work.conn, work.run, size)
        known = validators.page_validators(work.conn, [link.link_id for link in links])
        for n, link in enumerate(links):
            if time.monotonic() > deadline:
                frontier.give_back(work.conn, links[n:])
                break
            if not frontier.renew_lease(work.conn, link):
                continue  # another worker has it now
            for end in _fetch_link(fetcher, link, known.get(link.link_id), now):
                work.add(**{end: 1})
            tick(1)
        return work.counts


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
