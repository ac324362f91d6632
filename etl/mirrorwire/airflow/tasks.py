"""The chain of tasks that each Airflow DAG here is made of. Names and order: `mirrorwire.pipeline.steps` does the work.

`mirrorwire.pipeline.steps` is imported inside the tasks, so that parsing a DAG file costs neither it nor its libraries.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NoReturn

from airflow.sdk import (
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    TriggerRule,
    get_current_context,
    task,
)
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, DownstreamTasksSkipped

from mirrorwire.airflow.alarm import on_failure
from mirrorwire.airflow.assets import ANY_ARTICLES, announce, announce_by_alias, articles_asset, days_asset
from mirrorwire.airflow.connections import task_settings
from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import MirrorwireError, RunFailed
from mirrorwire.core.records import Source
from mirrorwire.core.visible import keep_logs_plain, visible

log = logging.getLogger(__name__)
START = datetime(1996, 1, 1, tzinfo=UTC)  # no backfill reaches before it, so it is older than web archives
MIDNIGHT = "0 0 * * *"
PARAMS = {"source", "since", "until", "revisit"}
RUN = "run"
"""Under this key `discover` leaves the run's number to the tasks after it, also where it fails later on."""
TAG_CHARS = 100  # Airflow takes no longer ones

RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception="mirrorwire.core.errors.Permanent", action=RetryAction.FAIL, reason="it would not pass"),
        RetryRule(
            exception="mirrorwire.core.errors.Transient", retry_delay=timedelta(seconds=20), reason="it may pass"
        ),
    ]
)


def default_args(*, priority: int) -> dict[str, Any]:
    """What all tasks share: two retries of what may pass, a limit on time, a weight that does not add up."""
    return {
        "owner": "mirrorwire",
        "retries": 2,
        "retry_delay": timedelta(seconds=30),
        "retry_policy": RETRY_POLICY,
        "execution_timeout": timedelta(minutes=30),
        "priority_weight": priority,
        "weight_rule": "absolute",
    }


def settings() -> Settings:
    """The settings of a task. Raises AirflowFailException where no database is named.

    Tasks never start the embedded server: it would die with the first of them.
    """
    keep_logs_plain()
    return task_settings()


def tags(source: Source, kind: str) -> list[str]:
    """The tags of a DAG: its kind, and its source by key and by name."""
    return ["mirrorwire", kind, *dict.fromkeys([source.key, source.name[:TAG_CHARS]])]


def window(kind: Literal["live", "backfill"]) -> dict[str, Any]:
    """`since`, `until` and `interval` of the current DAG run, as `pipeline.steps.open_run` takes them.

    Typed params win over the data interval of a single run. A backfill's run has the interval that the backfill was
    asked for, and takes no others. A live run's interval names it and filters nothing.
    Raises AirflowFailException for a backfill's run with params, a param that is none, or no dates at all.
    """
    context = get_current_context()
    start, end = context.get("data_interval_start"), context.get("data_interval_end")
    interval = (start, end) if start and end else None
    run, params = context["dag_run"], context["params"]
    since, until = params.get("since"), params.get("until")
    if kind == "backfill" and (unknown := sorted(set(params) - PARAMS)):
        raise AirflowFailException(f"no such param: {', '.join(unknown)}; a run takes {', '.join(sorted(PARAMS))}")
    if since or until:
        if run.run_type == "backfill":
            typed = ", ".join(f"{name} {day}" for name, day in (("since", since), ("until", until)) if day)
            raise AirflowFailException(
                f"two pairs of dates: the backfill gives this run {start:%Y-%m-%d}, and its params say {typed}."
                " Leave the params empty for the backfill's days, or take Trigger, Single run, for one window"
            )
        return {"since": since, "until": until, "interval": None}
    if kind == "backfill" and interval is None:
        raise AirflowFailException(
            "neither a data interval nor dates: give the params since and until, or a logical date"
        )
    return {"since": None, "until": None, "interval": interval}


def chain_steps(key: str | None, kind: Literal["live", "backfill"], *, has_fixed_schedule: bool = True) -> None:
    """Add the tasks of a source to the DAG that is being defined; without a key, of the one that a run's params name.

    Without a fixed schedule a scheduled run asks only the seeds that are due. Where `discover` finds nothing to do, it
    skips all but `check`. From `extract` on a task runs whatever became of those before it: a failed batch must not
    hold up the others, and Airflow would skip what follows an empty mapping and call that a success. `check` runs
    last, reads in the ledger what finished, and alone decides the run's state.
    """
    outlets = [articles_asset(key), days_asset(key)] if key else [ANY_ARTICLES]

    @task
    def discover() -> list[int]:
        from mirrorwire.pipeline import steps

        context = get_current_context()
        dag_run = context["dag_run"]
        run = steps.open_run(
            settings(),
            key or named_source(),
            kind=kind,
            external_id=run_name(),
            sweep=kind == "backfill" and dag_run.run_type == "scheduled",
            revisit=bool(context["params"].get("revisit", False)),
            due_only=kind == "live" and dag_run.run_type == "scheduled" and not has_fixed_schedule,
            now=datetime.now(UTC),
            **window(kind),
        )
        context["ti"].xcom_push(key=RUN, value=run)
        batches = steps.discover(settings(), run, now=datetime.now(UTC))
        if not batches:
            skip("fetch", "extract", "load")
        return batches

    @task(multiple_outputs=False, map_index_template="batch {{ task.op_kwargs['batch'] }}")
    def fetch(batch: int) -> dict[str, int]:
        from mirrorwire.pipeline import steps

        return steps.fetch(settings(), opened_run(), batch, now=datetime.now(UTC))

    @task(
        multiple_outputs=False,
        map_index_template="batch {{ task.op_kwargs['batch'] }}",
        trigger_rule=TriggerRule.ALL_DONE,
    )
    def extract(batch: int) -> dict[str, int]:
        from mirrorwire.pipeline import steps

        return steps.extract(settings(), opened_run(), batch, now=datetime.now(UTC))

    @task(multiple_outputs=False, trigger_rule=TriggerRule.ALL_DONE, outlets=outlets)
    def load() -> dict[str, int]:
        from mirrorwire.pipeline import steps

        run = opened_run()
        counts = steps.learn_dedupe_load(settings(), run, clock=lambda: datetime.now(UTC)).counts_or_raise()
        events = get_current_context()["outlet_events"]
        if key:
            announce(events, key, run=run, counts=counts, days=steps.changed_days(settings(), run))
        else:
            announce_by_alias(events, named_source(), counts)
        return counts

    @task(
        multiple_outputs=False,
        trigger_rule=TriggerRule.ALL_DONE,
        retries=0,
        on_failure_callback=on_failure(key),
    )
    def check() -> dict[str, Any]:
        from mirrorwire.pipeline import steps

        run = run_if_opened()
        if run is None:
            raise AirflowFailException("no run was opened: the log of the task discover says why")
        with told_after(key or named_source()), reasons_logged():
            return steps.check(settings(), run, now=datetime.now(UTC))

    # What a task returns stands for its value here, which Airflow's annotations do not tell.
    batches: Any = discover()
    fetch.expand(batch=batches) >> extract.expand(batch=batches) >> load() >> check()


def skip(*task_ids: str) -> NoReturn:
    """End the task well, and skip tasks behind it."""
    raise DownstreamTasksSkipped(tasks=list(task_ids))  # type: ignore[no-untyped-call]


def run_name() -> str:
    """Return the current DAG run's name in the ledger.

    Its start tells a run that was cleared, or one of a new metadata database, from its namesake.
    """
    run = get_current_context()["dag_run"]
    return f"{run.dag_id}/{run.run_id}@{run.start_date or run.run_after:%FT%TZ}"


def named_source() -> str:
    """Return the source that the run's params name. Raises AirflowFailException where they name none that there is."""
    key = get_current_context()["params"].get("source")
    if not key:
        raise AirflowFailException("no source: give the param source, the key of a source file")
    try:
        return find_source(settings(), key).key
    except MirrorwireError as error:
        raise AirflowFailException(f"param source: {error}") from None


def opened_run() -> int:
    """Return the run's id; raises AirflowSkipException where no run was opened: `check` will say so."""
    run = run_if_opened()
    if run is None:
        raise AirflowSkipException("no run was opened")
    return run


def run_if_opened() -> int | None:
    """Return the id of the run that `discover` opened, `None` where it opened none."""
    run = get_current_context()["ti"].xcom_pull(task_ids="discover", key=RUN)
    return None if run is None else int(run)


@contextmanager
def told_after(source: str | None = None) -> Iterator[None]:
    """Behind a run's judgement, evaluate the alarms of its source, or of all, and tell whoever is to be told."""
    from mirrorwire.alarms.evaluate import after_run

    try:
        yield
    finally:
        after_run(settings(), source)


@contextmanager
def reasons_logged() -> Iterator[None]:
    """Log each reason of a run that failed on a line of its own: Airflow shows them cut off, above a traceback."""
    try:
        yield
    except RunFailed as error:
        for reason in error.reasons:
            log.error("%s", visible(reason))
        raise
