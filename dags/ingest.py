"""Airflow: one DAG `ingest_<source>` for each source file, on the source's own schedule."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, CronDataIntervalTimetable
from mirrorwire.airflow.tasks import START, chain_steps, default_args, tags
from mirrorwire.core.config import Settings, source_files
from mirrorwire.core.records import Source

DOC = """
### {name}: what is new

Reads the seeds of `{key}`, fetches what is not stored from whichever host serves it, and loads it.
The data interval names the run and filters nothing: a feed shows late items too.

- Now: the button **Trigger**, or `airflow dags trigger ingest_{key}`.
- Without Airflow: `mirrorwire ingest {key}`.
- Days of the past: the DAG `backfill_{key}`.
- Where it failed: the task `check` says why, and alone decides the run's state.
"""


def ingest(source: Source) -> DAG:
    """The live DAG of one source."""
    with DAG(
        dag_id=f"ingest_{source.key}",
        # The key first: Airflow searches by how names begin, and people know a publisher by its key.
        dag_display_name=f"{source.key}: what is new ({source.name})",
        description=f"What is new at {source.name}",
        doc_md=DOC.format(name=source.name, key=source.key),
        # A bare cron string would give intervals of no width.
        schedule=CronDataIntervalTimetable(source.schedule, timezone="UTC"),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=2),
        default_args=default_args(priority=10),
        tags=tags(source, "ingest"),
        # No backfill: each of its runs would read what the feeds show now, and never the days that were asked for.
        allowed_run_types=["scheduled", "manual", "operator_triggered", "asset_triggered", "asset_materialization"],
    ) as dag:
        chain_steps(source, "live")
    return dag


for found in source_files(Settings.from_env()):
    if found.source is not None:
        ingest(found.source)
