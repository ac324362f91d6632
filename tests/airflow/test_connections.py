"""Mirrorwire in somebody's Airflow: connections in place of variables, a notifier of theirs, events of the days."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from tests.airflow.test_dags import LIVE, Rows, keys, loaded, runner  # noqa: F401 - a fixture
from tests.conftest import NEWSROOM_DAY, environment
from tests.newsroom import Newsroom
from tests.support.buckets import SECRET

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]

Run = Callable[..., dict[str, Any]]
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def run(settings: Settings, runner: Callable[..., Any]) -> Run:  # noqa: F811
    """Run the live DAG in an environment that names no database; returns how it ended."""
    given = {name: value for name, value in environment(settings).items() if name.startswith("MIRRORWIRE_")}
    del given["MIRRORWIRE_DATABASE_URL"]

    def ended(dag_run: str = LIVE, **env: str) -> dict[str, Any]:
        (answer,) = runner({"env": given | env, "wanted": [dag_run]})
        return dict(answer)

    return ended


@pytest.fixture
def log(runner: Any) -> Callable[[], str]:  # noqa: F811
    """Asks for what the process that runs DAGs has logged."""
    return runner.log  # type: ignore[no-any-return]


@pytest.fixture
def connection(settings: Settings) -> str:
    """The test's database as a connection, written as a secrets backend or a variable holds it."""
    assert settings.database_url
    words = conninfo_to_dict(settings.database_url)
    fields = {"conn_type": "mirrorwire", "host": words["host"], "schema": words["dbname"], "login": words.get("user")}
    return json.dumps({name: value for name, value in fields.items() if value} | {"extra": {"sslmode": "disable"}})


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A local server and what was posted to it."""
    posted: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", posted
    server.shutdown()
    thread.join()
    server.server_close()


def day_events(server: Settings) -> list[dict[str, Any]]:
    """The events of the Courier's days in Airflow's database, oldest first."""
    with (
        db.connect(db.embedded_database(server, "airflow_dags")) as conn,
        conn.cursor(row_factory=dict_row) as cursor,
    ):
        return cursor.execute(
            "SELECT e.partition_key, e.source_run_id FROM asset_event e JOIN asset a ON a.id = e.asset_id"
            " WHERE a.uri = 'mirrorwire://courier/days' ORDER BY e.id"
        ).fetchall()


@pytest.mark.slow
def test_a_connection_alone_is_enough_and_a_day_that_was_loaded_has_an_event_of_its_own(
    run: Run, connection: str, newsroom: Newsroom, rows: Rows, server: Settings
) -> None:
    assert run(AIRFLOW_CONN_MIRRORWIRE_DEFAULT=connection)["state"] == "success"
    assert loaded(rows) == keys(newsroom, 0)
    events = day_events(server)
    assert events[-1]["partition_key"] == f"courier|{NEWSROOM_DAY}"
    assert run(LIVE.replace("T10:", "T11:"), AIRFLOW_CONN_MIRRORWIRE_DEFAULT=connection)["state"] == "success"
    assert day_events(server) == events, "nothing was new"


@pytest.mark.slow
def test_a_connection_that_is_named_wins_over_the_environment_and_may_be_one_to_postgres(
    run: Run, connection: str, newsroom: Newsroom, rows: Rows
) -> None:
    postgres = connection.replace('"mirrorwire"', '"postgres"')
    done = run(MIRRORWIRE_CONN_ID="warehouse", AIRFLOW_CONN_WAREHOUSE=postgres, MIRRORWIRE_DATABASE_URL=NOWHERE)
    assert done["state"] == "success"
    assert loaded(rows) == keys(newsroom, 0)


def test_a_run_without_a_database_fails_and_its_log_says_what_to_do(
    run: Run, log: Callable[[], str], newsroom: Newsroom
) -> None:
    assert run()["tasks"]["discover"] == "failed"
    assert "no database is named: add a connection mirrorwire_default of the type Mirrorwire, or set" in log()


@pytest.mark.slow
def test_an_archive_in_an_object_store_is_opened_by_a_connection_whose_secret_no_log_has(
    run: Run,
    log: Callable[[], str],
    connection: str,
    newsroom: Newsroom,
    endpoint: str,
    s3: Any,
    rows: Rows,
) -> None:
    store = {"conn_type": "aws", "login": "key", "password": SECRET}
    extra = {"region_name": "us-east-1", "endpoint_url": endpoint}
    done = run(
        AIRFLOW_CONN_MIRRORWIRE_DEFAULT=connection,
        MIRRORWIRE_ARCHIVE="s3://bucket/pages",
        MIRRORWIRE_ARCHIVE_CONN_ID="store",
        AIRFLOW_CONN_STORE=json.dumps(store | {"extra": extra}),
    )
    assert done["state"] == "success"
    assert [file["Key"] for file in s3.list_objects_v2(Bucket="bucket")["Contents"]]
    assert loaded(rows) == keys(newsroom, 0)
    assert SECRET not in log()


def test_a_failed_run_tells_the_notifier_that_one_names_and_why(
    run: Run, connection: str, newsroom: Newsroom, webhook: tuple[str, list[dict[str, Any]]]
) -> None:
    newsroom.primary.fault = newsroom.mirror.fault = "refuse"
    url, posted = webhook
    env = {"AIRFLOW_CONN_MIRRORWIRE_DEFAULT": connection, "TEST_WEBHOOK": url}
    assert run(MIRRORWIRE_ON_FAILURE="tests.support.alarms:Webhook", **env)["state"] == "failed"
    (alarm,) = posted
    assert alarm["dag"] == "ingest_courier"
    assert alarm["run"] == 1
    assert alarm["line"].startswith("courier: ")
    assert "no usable seed" in alarm["line"]


def test_a_backfill_of_a_day_has_an_event_of_that_day(
    run: Run, connection: str, newsroom: Newsroom, server: Settings
) -> None:
    day = NEWSROOM_DAY - timedelta(days=1)
    done = run(f"backfill_courier@{NEWSROOM_DAY}T00:00:00+00:00", AIRFLOW_CONN_MIRRORWIRE_DEFAULT=connection)
    assert done["state"] == "success"
    assert day_events(server)[-1]["partition_key"] == f"courier|{day}"
