"""`python -m tests.support.dag_probe describe|serve FD|retry|wanted DAG|versions N`: looks at DAGs in its own process.

Airflow reads its settings at the first import and cannot be told again, so tests ask this program. To import it and to
make its API costs more than a run: `serve` does all runs, each with settings of Mirrorwire's of its own.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import BundleDagBag
from airflow.sdk import DAG
from airflow.serialization.serialized_objects import DagSerialization

DAGS = Path(__file__).resolve().parents[2] / "dags"
GIVEN = ("MIRRORWIRE_", "AIRFLOW_CONN_", "AWS_", "TEST_")
"""What an order's environment sets, and the next one's does not keep."""


def load() -> BundleDagBag:
    return BundleDagBag(dag_folder=DAGS, bundle_path=DAGS, bundle_name="dags-folder")


def describe(first: str, last: str) -> dict[str, Any]:
    """Every DAG, with its data intervals from `first` to `last` as a typed backfill would ask for them."""
    bag = load()
    modules = sorted(name for name in sys.modules if name.split(".")[0] in ("mirrorwire", "trafilatura", "warcio"))
    dags = {dag_id: _describe(dag, first, last) for dag_id, dag in bag.dags.items()}
    return {"dags": dags, "errors": bag.import_errors, "modules": modules}


def _describe(dag: DAG, first: str, last: str) -> dict[str, Any]:
    infos = DagSerialization.from_dict(DagSerialization.to_dict(dag)).iter_dagrun_infos_between(
        datetime.fromisoformat(first), datetime.fromisoformat(last)
    )
    return {
        "intervals": [[found.start.isoformat(), found.end.isoformat()] for i in infos if (found := i.data_interval)],
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "timeout_s": dag.dagrun_timeout.total_seconds() if dag.dagrun_timeout else None,
        "tags": sorted(dag.tags),
        "display_name": dag.dag_display_name,
        "run_types": sorted(kind.value for kind in dag.allowed_run_types) if dag.allowed_run_types else None,
        "doc": dag.doc_md,
        "params": {name: dag.params.get_param(name).schema for name in dag.params},
        "tasks": {
            task.task_id: {
                "after": sorted(task.upstream_task_ids),
                "rule": task.trigger_rule.value,
                "retries": task.retries,
                "timeout_s": task.execution_timeout.total_seconds() if task.execution_timeout else None,
                "weight": task.priority_weight,
                "mapped": task.is_mapped,
                "outlets": [getattr(outlet, "uri", outlet.name) for outlet in task.outlets],
            }
            for task in dag.tasks
        },
    }


def wanted(dag_id: str) -> dict[str, Any]:
    """What a task of this DAG parses: the DAGs made, and which source files were read."""
    from mirrorwire.core import config

    read: list[str] = []
    unchanged = config._bytes_of

    def noted(path: Path) -> bytes:
        read.append(path.stem)
        return unchanged(path)

    config._bytes_of = noted
    os.environ["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] = dag_id
    return {"dags": sorted(load().dags), "read": sorted(set(read))}


def versions(times: str) -> list[int]:
    """How many serialized forms each DAG has after so many parses: more than one, and Airflow would store versions."""
    forms: dict[str, set[str]] = {}
    for _ in range(int(times)):
        for dag_id, dag in load().dags.items():
            forms.setdefault(dag_id, set()).add(json.dumps(DagSerialization.to_dict(dag), sort_keys=True))
    return [len(texts) for texts in forms.values()]


def serve(fd: str) -> None:
    """Make Airflow's tables, then run what each line of stdin orders, and answer a line a line."""
    from airflow.utils.db import initdb

    initdb()
    with os.fdopen(int(fd), "w", encoding="utf-8") as answers:
        for line in sys.stdin:
            order = json.loads(line)
            for name in [name for name in os.environ if name.startswith(GIVEN)]:
                del os.environ[name]
            os.environ.update(order["env"])
            print(json.dumps(run(*order["wanted"])), file=answers, flush=True)


def run(*wanted: str) -> list[dict[str, Any]]:
    """`dag.test()` of each, written as `dag_id`, `dag_id@logical date` or with `?{conf}` behind."""
    # Parsed anew for each: `dag.test()` leaves a run's conf in the DAG's params.
    return [_run(load(), *_split(words)) for words in wanted]


def _split(words: str) -> tuple[str, datetime | None, dict[str, Any]]:
    words, _, conf = words.partition("?")
    dag_id, _, at = words.partition("@")
    return dag_id, datetime.fromisoformat(at) if at else None, json.loads(conf or "{}")


def _run(bag: BundleDagBag, dag_id: str, at: datetime | None, conf: dict[str, Any]) -> dict[str, Any]:
    done = bag.dags[dag_id].test(logical_date=at, run_conf=conf)
    tasks = sorted(done.get_task_instances(), key=lambda task: (task.task_id, task.map_index))
    return {
        "state": str(done.state),
        "tasks": {f"{task.task_id}{f' {task.map_index}' * (task.map_index >= 0)}": str(task.state) for task in tasks},
        "labels": [task.rendered_map_index for task in tasks if task.map_index >= 0],
    }


def retry() -> dict[str, str]:
    """What the tasks' retry policy decides about errors of each kind."""
    from mirrorwire.core.errors import DatabaseUnavailable, RunFailed

    policy = load().dags["ingest_presstv"].get_task("fetch").retry_policy
    assert policy is not None
    errors = (DatabaseUnavailable("here", "away"), RunFailed("run 1", ("a reason",)), ValueError("a bug"))
    return {type(error).__name__: policy.evaluate(error, 1, 2).action.value for error in errors}


if __name__ == "__main__":
    commands: dict[str, Callable[..., Any]] = {
        "describe": describe,
        "serve": serve,
        "retry": retry,
        "wanted": wanted,
        "versions": versions,
    }
    answer = commands[sys.argv[1]](*sys.argv[2:])
    print("\n" + json.dumps(answer))
