"""The DAGs of a source: one that reads what is new, one for days of the past. The files of dags/ register them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, get_parsing_context

from mirrorwire.airflow.tasks import MIDNIGHT, START, chain_steps, default_args, tags
from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import SourceFileError, UnknownSource
from mirrorwire.core.fleet import split_sources
from mirrorwire.core.records import Source

LIVE_RUNS: Any = ["scheduled", "manual", "operator_triggered", "asset_triggered", "asset_materialization"]
"""Which runs a live DAG takes, by name: the enumeration of these is no public part of Airflow."""

INGEST_DOC = """
### {name}: what is new

Reads the seeds of `{key}`, fetches what is not stored from whichever host serves it, and loads it.
The data interval names the run and filters nothing: a feed shows late items too.

- Now: the button **Trigger**, or `airflow dags trigger ingest_{key}`.
- Without Airflow: `mirrorwire ingest {key}`.
- Days of the past: the DAG `backfill_{key}`.
- Where it failed: the task `check` says why, and alone decides the run's state.
"""

BACKFILL_DOC = """
### {name}: days of the past

A run takes the calendar days of its data interval, in the zone {timezone}. Each night it sweeps yesterday
again from every seed that reaches it, so that downtime and late items heal. A paused DAG's runs wait.

- Many days: **Trigger → Backfill** in this page, or `POST /api/v2/backfills`, or, both days included,
  `airflow backfill create --dag-id backfill_{key} --from-date 2026-11-10 --to-date 2026-11-14`.
- Newest first: `--run-backwards`. How many at once: `--max-active-runs`; all of them share their hosts' delay.
- Cancelled half way, asked for again with `--reprocess-behavior failed`: what is stored is not fetched again.
- One window: **Trigger → Single run** with *since* and *until* (not in it). They win over the interval. A backfill
  has its own dates, and fails where these are filled in too.
- Without Airflow: `mirrorwire backfill {key} --since 2026-11-10 --until 2026-11-15`.
- *revisit* fetches again what is stored; the same content makes no new version.
"""


def sources_of_file(prefix: str) -> list[Source]:
    """Return the sources whose DAGs, named by this prefix and the source's key, a DAG file is to make now.

    A task asks for one DAG (`get_parsing_context`): then only that one's source file is read.
    """
    settings = Settings.from_env()
    wanted = get_parsing_context().dag_id
    if wanted is None:
        own, _ = split_sources(settings)
        return own
    if not wanted.startswith(prefix):
        return []
    try:
        return [find_source(settings, wanted.removeprefix(prefix))]
    except (UnknownSource, SourceFileError):
        return []


def window_params() -> dict[str, Param]:
    """The params of a run that takes days of the past."""
    return {
        "since": Param(None, type=["null", "string"], format="date", description="single run: the first day"),
        "until": Param(None, type=["null", "string"], format="date", description="single run: the day after the last"),
        "revisit": Param(False, type="boolean", description="fetch again what is stored"),
    }


def ingest_dag(source: Source) -> DAG:
    """The live DAG of one source."""
    with DAG(
        dag_id=f"ingest_{source.key}",
        # The key first: Airflow searches by how names begin, and people know a publisher by its key.
        dag_display_name=f"{source.key}: what is new ({source.name})",
        description=f"What is new at {source.name}",
        doc_md=INGEST_DOC.format(name=source.name, key=source.key),
        # A bare cron string would give intervals of no width.
        schedule=CronDataIntervalTimetable(source.cron, timezone="UTC"),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=2),
        default_args=default_args(priority=10),
        tags=tags(source, "ingest"),
        # No backfill: each of its runs would read what the feeds show now, and never the days that were asked for.
        allowed_run_types=LIVE_RUNS,
    ) as dag:
        chain_steps(source.key, "live", has_fixed_schedule=source.schedule is not None)
    return dag


def backfill_dag(source: Source) -> DAG:
    """The DAG of one source's past."""
    with DAG(
        dag_id=f"backfill_{source.key}",
        # The key first: Airflow searches by how names begin, and people know a publisher by its key.
        dag_display_name=f"{source.key}: days of the past ({source.name})",
        description=f"Days of the past of {source.name}",
        doc_md=BACKFILL_DOC.format(name=source.name, key=source.key, timezone=source.timezone),
        # Midnights, so that typed dates name exactly the days: a run at 03:00 would fall out of --to-date.
        schedule=CronDataIntervalTimetable(MIDNIGHT, timezone="UTC"),
        start_date=START,
        catchup=False,
        max_active_runs=2,
        max_active_tasks=2,  # they wait for the same hosts' delays; the other workers are for the live runs
        dagrun_timeout=timedelta(hours=12),
        default_args=default_args(priority=1),
        params=window_params(),
        tags=tags(source, "backfill"),
    ) as dag:
        chain_steps(source.key, "backfill")
    return dag
