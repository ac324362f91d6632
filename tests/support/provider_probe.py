"""`python -m tests.support.provider_probe`: asks what Mirrorwire brings an Airflow, in a process of its own.

Airflow reads its settings at the first import, so tests do not import it. Orders come on stdin as JSON: `settings`,
environments of tasks; `uris`, of assets; `days`, how many a load changed; `ask`, the id of a connection or null. The
answer has what came of each, or the one line that it failed with, and the folders of the DAG bundles by their names.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.exceptions import AirflowException
from airflow.sdk import Asset
from airflow.sdk.execution_time.context import OutletEventAccessors
from psycopg.conninfo import conninfo_to_dict

from mirrorwire.airflow.assets import announce, articles_asset, days_asset
from mirrorwire.airflow.connections import task_settings
from mirrorwire.airflow.hook import MirrorwireHook


def outcome(of: Callable[[], Any]) -> Any:
    try:
        return of()
    except (AirflowException, ValueError) as error:
        return str(error)


def settings(env: dict[str, str]) -> dict[str, Any]:
    """What a task in this environment works with."""
    before = dict(os.environ)
    os.environ.update(env)
    try:
        task = task_settings()
        store = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    finally:
        os.environ.clear()
        os.environ.update(before)
    database = conninfo_to_dict(task.database_url or "")
    return {"database": database, "archive": task.archive, "store": store, "shown": repr(task)}


def ask(conn_id: str) -> dict[str, Any]:
    """What the hook answers: itself, by SQLAlchemy, and to the button Test of a connection."""
    hook = MirrorwireHook(conn_id)
    count = "SELECT count(*) FROM mirrorwire.articles WHERE source = %s"
    with hook.get_sqlalchemy_engine().connect() as conn:
        engine = conn.exec_driver_sql(count, ("courier",)).scalar()
    return {"hook": hook.get_first(count, ("courier",))[0], "engine": engine, "test": hook.test_connection()[0]}


def announced(count: int) -> dict[str, Any]:
    """What is told of a load that changed so many days, the first of them in 2020."""
    events = OutletEventAccessors()
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(count)]
    announce(events, "courier", run=7, counts={"inserted": 3, "unchanged": 9}, days=days)
    keys = sorted(events[days_asset("courier")].partition_keys)
    return {"articles": events[articles_asset("courier")].extra, "keys": len(keys), "first": keys[0]}


def bundles() -> dict[str, str]:
    return {bundle.name: str(bundle.path) for bundle in DagBundlesManager().get_all_dag_bundles()}


if __name__ == "__main__":
    order = json.load(sys.stdin)
    answer = {
        "settings": [outcome(lambda env=env: settings(env)) for env in order["settings"]],
        "uris": [outcome(lambda uri=uri: Asset(name="asset", uri=uri).uri) for uri in order["uris"]],
        "announced": [announced(count) for count in order["days"]],
        "bundles": bundles(),
        "ask": ask(order["ask"]) if order["ask"] else None,
    }
    print("\n" + json.dumps(answer))
