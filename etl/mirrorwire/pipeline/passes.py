"""Whole passes without Airflow: the same steps in one process, one after the other."""

from __future__ import annotations

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, get_args

import psycopg

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import DatabaseUnfit, MirrorwireError, WrongUse
from mirrorwire.core.records import Run, RunKind, VerdictKind
from mirrorwire.core.windows import days, days_between, past_window
from mirrorwire.discover.read_seeds import SeedReading, read_seeds
from mirrorwire.pipeline import steps as pipeline
from mirrorwire.pipeline.step_work import Progress, connection, failure_kept, unseen
from mirrorwire.store import db, frontier, ledger, migrate, queries
from mirrorwire.store.bugs import MetBug
from mirrorwire.store.db import Connection
from mirrorwire.workers import Workers

log = logging.getLogger(__name__)

COUNTED = (
    "captured postponed failed gone aliases revisited put_off forgotten".split()
    + list(get_args(VerdictKind))
    + "unreadable inserted revised mended unchanged articles_gone indexed".split()
)
"""What a pass counts: links by what became of them, pages by their verdict, articles by what loading did."""
OTHERS_S = frontier.LEASE_S
"""How long a pass waits for pages that another run is fetching; a worker that hangs loses them by then."""
OTHERS_LOOK_S = 0.5
UNDER_WAY, MAX_UNDER_WAY = 4, 16
"""Pages under way for each process that reads them, while others wait for hosts; and at most: each has a connection."""
PAGES_A_FETCHER = 8
"""Fewer pages are not worth another fetcher."""


@dataclass(slots=True)
class PassResult:
    """What a pass did. `counts` has every name of `COUNTED`, 0 where nothing of the kind was.

    `left` are the pages that could not be processed, `failures` why it cannot be trusted, `warnings` what people should
    hear of all the same, `bugs` what single items made our code raise. `unreadable` counts stored pages whose files are
    away.
    """

    run_id: int
    counts: dict[str, int]
    failures: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    left: list[dict[str, Any]] = field(default_factory=list)
    bugs: list[MetBug] = field(default_factory=list)
    unreadable: int = 0


def utc_now() -> datetime:
    """What the clock says."""
    return datetime.now(UTC)


def run_pass(
    settings: Settings,
    source_key: str,
    *,
    kind: RunKind,
    since: str | None,
    until: str | None,
    all_seeds: bool,
    revisit: bool,
    progress: Progress = unseen,
    due_only: bool = False,
    sweep: bool = False,
    external_id: str | None = None,
    workers: Workers | None = None,
    now: Callable[[], datetime] = utc_now,
    conn: Connection | None = None,
    at_once: bool = True,
) -> PassResult:
    """Run every step over a source until nothing is left to fetch.

    `external_id` names the pass, one by hand where there is none: the same name is the same run. `workers` stay for
    other passes; without them the pass has its own. So does `conn`, a connection to a migrated database: a pass that
    finds nothing to do needs no other; one that does gives each further step a connection of its own. Several pages are
    fetched `at_once`, each over one more connection, unless other passes run beside this one.

    A step that fails leaves the others their work, as in the DAG: what was captured is extracted and loaded, and the
    failure is among the result's. Raises what no step could go on after: the database is away, or the call is wrong.
    """
    # For all steps that read pages: to start them takes half a second.
    with nullcontext(workers) if workers else Workers(settings.processes) as readers:
        with nullcontext(conn) if conn is not None else db.connect(pipeline.prepare(settings)) as first:
            run_id = pipeline.open_run(
                settings,
                source_key,
                kind=kind,
                external_id=external_id or f"cli:{uuid.uuid4()}",
                since=since,
                until=until,
                all_seeds=all_seeds,
                revisit=revisit,
                due_only=due_only,
                sweep=sweep,
                now=now(),
                conn=first,
            )
            with ended(settings, run_id):
                if _is_idle(settings, run_id, now, readers, first):
                    return judged(settings, run_id, {}, first)
        with ended(settings, run_id):
            counts = _steps(settings, run_id, progress, now, readers, at_once)
    return judged(settings, run_id, counts)


@contextmanager
def ended(settings: Settings, run_id: int) -> Iterator[None]:
    """End a run in the ledger that is broken off: it should not say for ever that it runs."""
    try:
        yield
    except BaseException:
        with suppress(MirrorwireError, psycopg.Error):
            pipeline.judge(settings, run_id)
        raise


def judged(settings: Settings, run_id: int, counts: dict[str, int], conn: Connection | None = None) -> PassResult:
    """Judge a run, and return what it did; `counts` are those of the steps after `discover`."""
    judgement = pipeline.judge(settings, run_id, conn)
    with connection(settings, conn) as own:
        left = queries.rows(own, "frontier/links_left", run_id=run_id)
    discovered = next((step.counts for step in judgement.steps if step.step == "discover"), {})
    known = {name: number for name, number in discovered.items() if name in COUNTED}
    return PassResult(
        run_id,
        dict.fromkeys(COUNTED, 0) | known | counts,
        judgement.failures,
        judgement.warnings,
        left,
        list(judgement.bugs),
        sum(file.pages for file in judgement.away),
    )


def _is_idle(settings: Settings, run_id: int, now: Callable[[], datetime], workers: Workers, conn: Connection) -> bool:
    """Read the seeds; return whether nothing is left to do."""
    with failure_kept():
        return not pipeline.discover(settings, run_id, now=now(), workers=workers, conn=conn)
    return False


def _steps(
    settings: Settings,
    run_id: int,
    progress: Progress,
    now: Callable[[], datetime],
    workers: Workers,
    at_once: bool,
) -> dict[str, int]:
    """Do what `discover` left to do; return what was counted, that of `discover` too."""
    discovered = _discovered(settings, run_id)
    counts = {name: number for name, number in discovered.items() if name in COUNTED}
    to_fetch = discovered.get("to_fetch", 0)
    under_way = _under_way(settings, to_fetch) if at_once else 1
    with failure_kept(), progress("fetch", to_fetch) as tick:
        _until_empty(
            counts,
            lambda n: pipeline.fetch(settings, run_id, n, now=now(), tick=tick, workers=workers, under_way=under_way),
            lambda: _is_more_to_fetch(settings, run_id),
        )
    with failure_kept(), progress("extract", None) as tick:
        _until_empty(counts, lambda n: pipeline.extract(settings, run_id, n, now=now(), tick=tick, workers=workers))
    loaded = pipeline.learn_dedupe_load(settings, run_id, clock=now, progress=progress, workers=workers)
    return counts | loaded.counts


def _under_way(settings: Settings, to_fetch: int) -> int:
    """Return how many pages are fetched at once: one where there is but one process to read them, or few pages."""
    if settings.processes == 1:
        return 1
    return max(1, min(settings.processes * UNDER_WAY, MAX_UNDER_WAY, to_fetch // PAGES_A_FETCHER))


def _until_empty(
    counts: dict[str, int], work: Callable[[int], dict[str, int]], is_more: Callable[[], bool] = lambda: False
) -> None:
    """Work off batches until one is empty and there `is_more` no longer; what they count is added to `counts`."""
    n = 1
    while (done := work(n)) or is_more():
        for name, number in done.items():
            counts[name] = counts.get(name, 0) + number
        n += 1


def _is_more_to_fetch(settings: Settings, run_id: int) -> bool:
    """Wait for the links on this run's list that another run is fetching; return whether some are to be fetched then.

    What that run has fetched is loaded by this one too, and what it gave back, be it since this one looked for links,
    is still to be fetched.
    """
    deadline = time.monotonic() + OTHERS_S
    with db.connect(db.database_url(settings)) as conn:
        held, free = frontier.count_open(conn, run_id)
        if held and not free:
            log.info("run %s waits for another run, which is fetching %s of its pages", run_id, held)
        while held and not free and time.monotonic() < deadline:
            time.sleep(OTHERS_LOOK_S)
            held, free = frontier.count_open(conn, run_id)
    return free > 0


def _discovered(settings: Settings, run_id: int) -> dict[str, int]:
    """What the step `discover` counted: nothing where it failed at once."""
    with db.connect(db.database_url(settings)) as conn:
        steps = ledger.run_steps(conn, run_id)
    return next((dict(step.counts) for step in steps if step.step == "discover"), {})


def readable(settings: Settings) -> str:
    """Return the URL of a database of this version; an empty one is migrated, `DatabaseUnfit` raised for others."""
    url = db.database_url(settings)
    if migrate.is_current(url):
        return url
    if not migrate.is_empty(url):
        raise DatabaseUnfit(
            db.shown(url), "is of another version, and a dry run changes nothing: mirrorwire db migrate"
        )
    migrate.migrate(url)
    return url


def plan(
    settings: Settings, source_key: str, *, since: str, until: str
) -> tuple[list[dict[str, Any]], list[SeedReading]]:
    """Return per day what a backfill would fetch, from which seeds, and what came of each seed; nothing is written.

    The seeds are really read, at the hosts' delay. `seeds` are those that reach a day; without one it is not `covered`.
    """
    from mirrorwire.discover.dry_run import dry_context  # noqa: PLC0415 - no pass needs it
    from mirrorwire.discover.seed_recorder import MemorySeedRecorder  # noqa: PLC0415

    source, now = find_source(settings, source_key), datetime.now(UTC)
    window = past_window(since, until, source.zone, now, began=source.since)
    if window is None:
        raise WrongUse("a plan needs since and until")
    run = Run(
        run_id=0,
        source=source.key,
        kind="backfill",
        external_id="plan",
        window=window,
        all_seeds=True,
        sweep=False,
        revisit=False,
    )
    recorder = MemorySeedRecorder()
    with db.connect(readable(settings)) as conn:
        with dry_context(
            conn, run, source, recorder, user_agent=settings.user_agent, processes=settings.processes
        ) as context:
            readings = list(read_seeds(context, now=now))
        states = dict(queries.execute(conn, "frontier/link_states", keys=list(recorder.listed)).fetchall())
    stored = Counter(link.day for key, link in recorder.listed.items() if states.get(key) in ("captured", "gone"))
    listed = Counter(link.day for link in recorder.listed.values())
    for reading in readings:
        for first, last in reading.spans or ():
            for day in days_between(first, last):
                recorder.seeds.setdefault(day, set()).add(reading.seed.name)
    undated = [None] if None in listed else []
    return [
        {
            "day": day,
            "to_fetch": listed[day] - stored[day],
            "stored": stored[day],
            "seeds": sorted(recorder.seeds.get(day, ())),
            "covered": day in recorder.seeds,
        }
        for day in [*days(window, source.zone), *undated]
    ], readings
