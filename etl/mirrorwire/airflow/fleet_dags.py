"""The DAGs of the fleet, the sources without DAGs of their own: one polls those that are due, one takes past days."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import (
    DAG,
    CronDataIntervalTimetable,
    Param,
    TriggerRule,
    get_current_context,
    get_parsing_context,
    task,
)

from mirrorwire.airflow.alarm import on_failure
from mirrorwire.airflow.assets import ANY_ARTICLES, announce_by_alias
from mirrorwire.airflow.dags import LIVE_RUNS, window_params
from mirrorwire.airflow.tasks import (
    START,
    chain_steps,
    default_args,
    reasons_logged,
    run_name,
    settings,
    skip,
    told_after,
)
from mirrorwire.core.config import Settings
from mirrorwire.core.fleet import split_sources
from mirrorwire.core.visible import visible

log = logging.getLogger(__name__)

FLEET, SWEEP, BACKFILL = "fleet", "sweep", "backfill"
EVERY = "*/5 * * * *"
NIGHTLY = "30 2 * * *"

FLEET_DOC = """
### What is new at all sources that have no DAG of their own

Every five minutes `due` looks which feeds are due: each is polled as often as it brings news. `poll` takes a batch of
sources, one after the other; one that fails is an alarm (`mirrorwire status`), and no red task. `judge` fails where so
many failed that no publisher is to blame.

- How often a source is polled, and why: `mirrorwire status KEY`.
- A DAG of its own for a source: `dag = true` in its file.
"""

SWEEP_DOC = """
### Yesterday again, at all sources that have no DAG of their own

Each night every seed that reaches yesterday is read again, so that downtime and late items heal. Sources that have
feeds alone are left out: a feed shows what is new, and no day.
"""

BACKFILL_DOC = """
### Days of the past of a source that has no DAG of its own

**Trigger** with the source's key, *since* and *until* (not in it). Days are the source's own.
Without Airflow: `mirrorwire backfill KEY --since 2026-11-10 --until 2026-11-15`.
"""


def fleet_dag() -> DAG:
    """The DAG that polls the fleet."""
    with DAG(
        dag_id=FLEET,
        dag_display_name="fleet: what is new at sources without a DAG of their own",
        description="What is new at all sources without a DAG of their own",
        doc_md=FLEET_DOC,
        schedule=CronDataIntervalTimetable(EVERY, timezone="UTC"),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        dagrun_timeout=timedelta(hours=1),
        default_args=default_args(priority=10),
        tags=["mirrorwire", "fleet"],
        allowed_run_types=LIVE_RUNS,
    ) as dag:
        _chain(is_sweep=False)
    return dag


def sweep_dag() -> DAG:
    """The DAG that takes the fleet's yesterday again, each night."""
    with DAG(
        dag_id=SWEEP,
        dag_display_name="sweep: yesterday again at sources without a DAG of their own",
        description="Yesterday again at all sources without a DAG of their own",
        doc_md=SWEEP_DOC,
        schedule=CronDataIntervalTimetable(NIGHTLY, timezone="UTC"),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        max_active_tasks=4,  # the other workers are for what is new
        dagrun_timeout=timedelta(hours=12),
        default_args=default_args(priority=1),
        tags=["mirrorwire", "fleet"],
        allowed_run_types=LIVE_RUNS,
    ) as dag:
        _chain(is_sweep=True)
    return dag


def fleet_backfill_dag() -> DAG:
    """The DAG of the past of whichever source a run names."""
    with DAG(
        dag_id=BACKFILL,
        dag_display_name="backfill: days of the past of a source without a DAG of its own",
        description="Days of the past of a source that has no DAG of its own",
        doc_md=BACKFILL_DOC,
        schedule=None,
        start_date=START,
        catchup=False,
        max_active_runs=4,
        max_active_tasks=4,
        dagrun_timeout=timedelta(hours=12),
        default_args=default_args(priority=1),
        params={"source": Param("", type="string", description="the source's key"), **window_params()},
        tags=["mirrorwire", "backfill"],
    ) as dag:
        chain_steps(None, "backfill")
    return dag


_DAGS: dict[str, Callable[[], DAG]] = {FLEET: fleet_dag, SWEEP: sweep_dag, BACKFILL: fleet_backfill_dag}


def make_dags() -> None:
    """Make the DAG that a task asks for, if it is one of these, or each where there is a fleet."""
    wanted = get_parsing_context().dag_id
    if wanted is None:
        _, fleet = split_sources(Settings.from_env())
        made = list(_DAGS.values()) if fleet else []
    else:
        made = [_DAGS[wanted]] if wanted in _DAGS else []
    for make in made:
        make()


def _chain(*, is_sweep: bool) -> None:
    @task
    def due() -> list[list[str]]:
        from mirrorwire.pipeline import fleet

        batches = fleet.sweep_batches(settings()) if is_sweep else fleet.due_batches(settings(), now=datetime.now(UTC))
        if not batches:
            skip("poll", "judge")
        return batches

    @task(multiple_outputs=False, outlets=[ANY_ARTICLES])
    def poll(batch: list[str]) -> dict[str, int]:
        from mirrorwire.pipeline import fleet

        counts = {"polled": 0, "failed": 0, "inserted": 0, "revised": 0}
        for result in fleet.poll_batch(settings(), batch, external_id=run_name(), sweep=is_sweep):
            counts["polled"] += 1
            counts["failed"] += bool(result.failures)
            counts["inserted"] += result.inserted
            counts["revised"] += result.revised
            for reason in result.failures:
                log.error("%s: %s", result.source, visible(reason))
            changed = {"inserted": result.inserted, "revised": result.revised}
            announce_by_alias(get_current_context()["outlet_events"], result.source, changed)
        return counts

    @task(
        multiple_outputs=False,
        trigger_rule=TriggerRule.ALL_DONE,
        retries=0,
        on_failure_callback=on_failure(SWEEP if is_sweep else FLEET),
    )
    def judge(batches: list[list[str]] | None) -> dict[str, int]:
        from mirrorwire.pipeline import fleet

        keys = [key for batch in batches or [] for key in batch]
        with told_after(), reasons_logged():
            return fleet.judge(settings(), keys, external_id=run_name())

    batches: Any = due()
    poll.expand(batch=batches) >> judge(batches)
