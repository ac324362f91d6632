"""The first steps: a run is opened, and its seeds are read into the frontier."""

from __future__ import annotations

import logging
import math
from contextlib import nullcontext
from datetime import datetime, timedelta

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.records import Interval, RunKind, Source
from mirrorwire.core.windows import as_asked_for, calendar_window, past_window, refuse_before
from mirrorwire.discover import poll_schedule
from mirrorwire.discover.read_seeds import read_seeds
from mirrorwire.discover.seed_context import live_context
from mirrorwire.extract import EXTRACTOR_VERSION
from mirrorwire.pipeline.step_work import prepare, step_work
from mirrorwire.store import (
    db,
    frontier,
    ledger,
    politeness,
    revisits,
)
from mirrorwire.store.db import Connection
from mirrorwire.workers import Workers

log = logging.getLogger(__name__)

BATCH_WORK_S = 45.0
"""What a mapped task should be worth: Airflow's own cost is about a second a task."""
PAGE_S = 0.15
"""What a page costs beside its host's delay."""
MAX_BATCHES: dict[RunKind, int] = {"live": 40, "backfill": 1000}
"""The most mapped tasks of one run, below Airflow's `max_map_length`; what a poll leaves waits for the next."""
ONE_DAY = timedelta(days=1)


def open_run(
    settings: Settings,
    source_key: str,
    *,
    kind: RunKind,
    external_id: str,
    since: str | None = None,
    until: str | None = None,
    interval: tuple[datetime, datetime] | None = None,
    all_seeds: bool = False,
    sweep: bool = False,
    revisit: bool = False,
    due_only: bool = False,
    now: datetime,
    conn: Connection | None = None,
) -> int:
    """Open a run and return its id; the same `external_id` is the same run.

    `conn`, here and in `discover` and `check`: a connection to a migrated database that stays open; without it a step
    has its own.

    The window is what `since` and `until` say, else, for a backfill, the calendar days of the data interval. A live
    run has none: its interval names it and filters nothing, since a feed shows late items too. It asks only the seeds
    that show what is new, unless `all_seeds`, and with `due_only` those of them whose next poll is due. A nightly
    `sweep` takes the last day that is over where the source is.
    Raises `WrongUse` for a window that is empty, in the future or before the publisher began.
    """
    source = find_source(settings, source_key)
    data_interval = Interval(start=interval[0], end=interval[1]) if interval else None
    window = past_window(since, until, source.zone, now, began=source.since)
    if window is None and kind == "backfill" and data_interval is not None:
        window = calendar_window(data_interval, source.zone)
        if sweep and window.end > now:  # west of UTC, yesterday is not over at midnight UTC
            window = Interval(start=window.start - ONE_DAY, end=window.end - ONE_DAY)
        refuse_before(window, source.since, source.zone)
    with nullcontext(conn) if conn is not None else db.connect(prepare(settings)) as own:
        frontier.keep_source(own, source)
        run_id = ledger.open_run(
            own,
            source,
            kind=kind,
            external_id=external_id,
            window=window,
            interval=data_interval,
            all_seeds=all_seeds or kind == "backfill",
            sweep=sweep,
            revisit=revisit,
            due_only=due_only,
            now=now,
        )
    days_asked_for = as_asked_for(window, source.zone) if window else ""
    log.info("run %s of %s: %s %s", run_id, source_key, kind, days_asked_for)
    return run_id


def discover(
    settings: Settings,
    run_id: int,
    *,
    now: datetime,
    workers: Workers | None = None,
    conn: Connection | None = None,
) -> list[int]:
    """Read the run's seeds into the frontier; return the numbers of the batches to fetch and extract.

    There are none where nothing waits, neither a link nor what an earlier run left: `check` is next, and the ledger
    has `idle`. Else there is at least one.

    Pages of WARC files are copied and read at once; the step counts them by their verdicts.

    `workers`, here and in other steps: child processes that stay for later steps; without them a step has its own.
    """
    with (
        step_work(settings, run_id, "discover", conn=conn) as work,
        live_context(work.conn, work.run, work.source, settings, workers) as context,
    ):
        if work.run.due_only:
            poll_schedule.forget_others(work.conn, work.source)
        for reading in read_seeds(context, now=now):
            log.info("%s: %s, %s links, %s new", reading.seed.name, reading.outcome, reading.links, reading.fresh)
            work.add(links=reading.links, new=reading.fresh)
            work.add(**reading.verdicts)
        if work.run.revisit:
            work.add(revisited=frontier.want_stored(work.conn, work.run))
        elif work.run.is_poll:
            work.add(to_look_at=revisits.want_looks(work.conn, work.run))
        links, waiting = frontier.count_wanted(work.conn, work.run, EXTRACTOR_VERSION)
        if links == waiting == 0 and ledger.is_settled(work.conn, work.run.source):
            work.add(to_fetch=0, idle=1)
            return []
        size = batch_size(work.source, politeness.crawl_delay_s(work.conn, work.run.source))
        batches = min(
            MAX_BATCHES[work.run.kind], max(1, math.ceil(links / size), math.ceil((links + waiting) / (size * 4)))
        )
        work.add(to_fetch=links, batches=batches)
        return list(range(1, batches + 1))


def batch_size(source: Source, crawl_delay_s: float = 0.0) -> int:
    """Return how many pages one mapped task fetches, from the delay that its hosts are held to."""
    return max(10, round(BATCH_WORK_S / (max(source.delay_s, crawl_delay_s) + PAGE_S)))
