"""The DAG that reads the archive again by today's code, of one source or of all."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from mirrorwire.airflow.alarm import on_failure
from mirrorwire.airflow.assets import ANY_ARTICLES, announce_by_alias
from mirrorwire.airflow.tasks import START, default_args, run_name, settings
from mirrorwire.core.visible import visible

log = logging.getLogger(__name__)

REPROCESS = "reprocess"
MAX_TASKS = 500
"""Of so many tasks each takes a share of the sources: Airflow maps up to 1,024."""
LONGEST = timedelta(hours=12)

DOC = """
### The archive read again by today's code

After an upgrade whose extractor reads pages better: stored pages are read again, and what they give otherwise is
loaded. Nothing is fetched, no version is made, and what is the same is not written.

- **Trigger** with a source's key, or with none for all of them. *since* and *until* (not in it)
  are days of publication.
- What would change: `mirrorwire reprocess KEY --dry-run`.
- A task that was stopped goes on where it was when it is cleared.
"""


def reprocess_dag() -> DAG:
    """The DAG, which no schedule starts."""
    with DAG(
        dag_id=REPROCESS,
        dag_display_name="reprocess: the archive read again by today's code",
        description="The archive read again by today's code",
        doc_md=DOC,
        schedule=None,
        start_date=START,
        catchup=False,
        max_active_runs=1,
        max_active_tasks=2,  # each reads in as many processes as the settings say
        dagrun_timeout=timedelta(days=7),
        default_args={**default_args(priority=1), "execution_timeout": LONGEST},
        params={
            "source": Param("", type="string", description="the source's key; empty for all"),
            "older_than": Param(
                None,
                type=["null", "integer"],
                minimum=1,
                description="only articles with a page that an extractor before this version has read",
            ),
            "since": Param(None, type=["null", "string"], format="date", description="the first day"),
            "until": Param(None, type=["null", "string"], format="date", description="the day after the last"),
        },
        tags=["mirrorwire", "reprocess"],
    ) as dag:
        _chain()
    return dag


def _chain() -> None:
    @task
    def sources() -> list[list[str]]:
        from mirrorwire.pipeline import reprocess_pass

        stored = reprocess_pass.stored_sources(settings())
        key = get_current_context()["params"].get("source")
        if key and key not in stored:
            raise AirflowFailException(f"param source: no page of {visible(key)} is stored")
        keys = [key] if key else stored
        return [keys[n::MAX_TASKS] for n in range(min(MAX_TASKS, len(keys)))]

    @task(multiple_outputs=False, outlets=[ANY_ARTICLES], on_failure_callback=on_failure(REPROCESS))
    def read_again(keys: list[str]) -> dict[str, int]:
        from mirrorwire.pipeline import reprocess_pass

        context = get_current_context()
        params = context["params"]
        total = {"pages": 0, "changed": 0, "mended": 0, "inserted": 0}
        failed = []
        for key in keys:
            done = reprocess_pass.reprocess_pass(
                settings(),
                key,
                since=params.get("since"),
                until=params.get("until"),
                older_than=params.get("older_than"),
                external_id=f"{run_name()}/{key}",
            )
            for name in total:
                total[name] += done.counts[name]
            for reason in done.failures:
                log.error("%s: %s", key, visible(reason))
            failed += [key] if done.failures else []
            announce_by_alias(context["outlet_events"], key, done.counts)
        if failed:
            raise AirflowFailException(f"not to be trusted: {', '.join(failed)}; the log says why")
        return total

    batches: Any = sources()
    read_again.expand(keys=batches)
