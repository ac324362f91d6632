"""The profile `celery` in containers: a worker that is killed in the middle of fetching.

It waits out the two minutes of docker-compose.yml after which a silent worker is dead, so it runs only where
MIRRORWIRE_TEST_CONTAINERS is `all`.
"""

from __future__ import annotations

import os

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from mirrorwire.store.migrate import migrate
from tests.airflow.test_celery import INGEST, captured, content
from tests.conftest import courier_file
from tests.containers.deployed import Deployed, wait_until
from tests.containers.engine import WANTED
from tests.demo.command import wait_for_dags, wait_for_runs
from tests.newsroom import Newsroom
from tests.support.ingest import ingest

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow,
    pytest.mark.containers,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(os.environ.get(WANTED) != "all", reason=f"takes six minutes: set {WANTED}=all"),
]


def test_a_worker_killed_in_the_middle_of_fetching_costs_nothing_but_time(
    deployed: Deployed, publisher: Newsroom, server: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("undisturbed")
    courier_file(home / "sources", publisher)
    url = db.embedded_database(server, "undisturbed")
    migrate(url)
    settings = Settings(
        home=home, database_url=url, sources=home / "sources", archive=str(home / "archive"), processes=1
    )
    ingest(settings, "courier", live=True)

    deployed.remove()
    deployed.set(COMPOSE_PROFILES="celery", AIRFLOW_EXECUTOR="CeleryExecutor")
    courier_file(deployed.folder / "sources", publisher, delay_s="1.0")
    deployed.shell("docker compose up --build --detach --wait")
    api = deployed.connected()
    wait_for_dags(api, INGEST)
    api.patch(f"/dags/{INGEST}", {"is_paused": False})
    wait_until(lambda: captured(deployed.database_url) >= 3, 180, "three pages captured")
    tasks = api.get(f"/dags/{INGEST}/dagRuns/~/taskInstances", limit=100)["task_instances"]
    (host,) = [task["hostname"] for task in tasks if task["task_id"] == "fetch" and task["state"] == "running"]
    workers = deployed.containers("worker")
    (number,) = [index for index, container in enumerate(workers) if container.startswith(host)]
    deployed.kill("worker", number)

    wait_for_runs(api, INGEST, 1, lambda line: None)
    assert content(deployed.database_url) == content(url)
    restarts = [int(deployed.engine.inspect(container, "{{.RestartCount}}")) for container in workers]
    assert restarts[number] == 1 and sum(restarts) == 1
    wait_until(lambda: deployed.is_healthy("worker"), 180, "both workers healthy")
