"""Whole passes without Airflow: the same steps in one process, one after the other."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from etl import pipeline
from etl.archive import ArchiveWriter
from etl.config import Settings, find_source
from etl.errors import RunFailed, WrongUse
from etl.fetch.seeds import Reading, read_seeds
from etl.fetch.visit import Visitor
from etl.load import db, frontier, ledger, queries
from etl.records import RunKind
from etl.windows import LATEST, days, past_window

Progress = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]


@dataclass(slots=True)
class PassResult:
    """What a pass did. `left` are the pages that could not be processed, `failures` why it cannot be trusted."""

    run_id: int
    counts: dict[str, int]
    failures: tuple[str, ...] = ()
    left: list[dict[str, Any]] = field(default_factory=list)


def run_pass(
    settings: Settings,
    source_key: str,
    *,
    kind: RunKind,
    since: str | None,
    until: str | None,
    all_seeds: bool,
    revisit: bool,
    progress: Progress,
) -> PassResult:
    """Run every step over a source until nothing is left to fetch; raises what the steps raise, `RunFailed` apart."""

    def now() -> datetime:
        return datetime.now(UTC)

    run_id = pipeline.open_run(
        settings,
        source_key,
        kind=kind,
        external_id=f"cli:{uuid.uuid4()}",
        since=since,
        until=until,
        all_seeds=all_seeds,
        revisit=revisit,
        now=now(),
    )
    pipeline.discover(settings, run_id, now=now())
    counts: dict[str, int] = {}
    with progress("fetch", _to_fetch(settings, run_id)) as tick:
        _until_empty(counts, lambda n: pipeline.fetch(settings, run_id, n, now=now(), tick=tick))
    with progress("extract", None) as tick:
        _until_empty(counts, lambda n: pipeline.extract(settings, run_id, n, now=now(), tick=tick))
    pipeline.dedupe(settings, run_id, now=now())
    counts |= pipeline.load(settings, run_id, now=now())
    failures: tuple[str, ...] = ()
    try:
        pipeline.check(settings, run_id, now=now())
    except RunFailed as error:
        failures = error.reasons
    with db.connect(db.database_url(settings)) as conn:
        left = queries.rows(conn, "links_left", run_id=run_id)
    return PassResult(run_id, counts, failures, left)


def _until_empty(counts: dict[str, int], work: Callable[[int], dict[str, int]]) -> None:
    n = 1
    while done := work(n):
        for name, number in done.items():
            counts[name] = counts.get(name, 0) + number
        n += 1


def _to_fetch(settings: Settings, run_id: int) -> int:
    with db.connect(db.database_url(settings)) as conn:
        steps = ledger.run_steps(conn, run_id)
    return int(next((step.counts.get("to_fetch", 0) for step in steps if step.step == "discover"), 0))


def plan(settings: Settings, source_key: str, *, since: str, until: str) -> tuple[list[dict[str, Any]], list[Reading]]:
    """Return per day what a backfill would fetch, from which seeds, and what came of each seed; nothing is stored.

    The seeds are really read, politely, and what they list is rolled back. A day without a link is `covered: False`.
    """
    source, now = find_source(settings, source_key), datetime.now(UTC)
    window = past_window(since, until, source.zone, now)
    if window is None or window.end == LATEST:
        raise WrongUse("a plan needs since and until")
    url = pipeline.prepare(settings)
    with tempfile.TemporaryDirectory() as folder, db.connect(url) as pace, db.connect(url) as conn:
        frontier.keep_source(conn, source)
        with conn.transaction(force_rollback=True):
            run_id = ledger.open_run(
                conn,
                source,
                kind="backfill",
                external_id=f"plan:{uuid.uuid4()}",
                window=window,
                interval=None,
                all_seeds=True,
                sweep=False,
                revisit=False,
                now=now,
            )
            run = ledger.find_run(conn, run_id)
            with (
                ArchiveWriter(folder) as archive,
                Visitor(conn, run, source, archive=archive, user_agent=settings.user_agent, pace=pace) as visitor,
            ):
                readings = list(read_seeds(visitor, now=now))
            known = queries.rows(conn, "plan_by_day", run_id=run_id, source=source.key)
    found = {row["day"]: row for row in known}
    empty = {"to_fetch": 0, "stored": 0, "seeds": []}
    rows = [{"day": day, **(found.get(day) or empty), "covered": day in found} for day in days(window, source.zone)]
    undated = found.get(None)
    return rows + ([{**undated, "covered": True}] if undated else []), readings
