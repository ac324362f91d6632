"""docker-compose.yml at work, each service as a process: LocalExecutor, then CeleryExecutor and a worker that dies."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from mirrorwire.store.migrate import migrate
from tests.conftest import ROOT, courier_file
from tests.demo.command import wait_for_dags, wait_for_runs
from tests.demo.stack import Airflow
from tests.newsroom import Newsroom
from tests.pipeline.test_kills import TABLES
from tests.support.composed import Deployment, kill, required

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed (apt-get install it)"),
]

INGEST = "ingest_courier"
WORKERS = ("worker-1", "worker-2")
# So that a test need not wait for two minutes; the compose file says 120 s.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "2",
}


@contextmanager
def machine(**env: str) -> Iterator[Deployment]:
    """Postgres, as its image would make it, and nothing else running."""
    folder = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))
    folder.chmod(0o755)
    deployment = Deployment(folder, MIRRORWIRE_PROCESSES="1", **env)
    try:
        deployment.postgres()
        yield deployment
    finally:
        deployment.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def deployment(server: Settings) -> Iterator[Deployment]:
    """A machine. `server` makes the user that its Postgres runs as."""
    with machine() as found:
        yield found


def articles_url(deployment: Deployment, database: str) -> str:
    url = deployment.environment("init", "init", {})["MIRRORWIRE_DATABASE_URL"]
    return f"{url.removesuffix('/mirrorwire')}/{database}"


def content(url: str) -> dict[str, list[str]]:
    """All that was loaded, without what tells of the work itself."""
    with db.connect(url) as conn:
        return {
            table: sorted(json.dumps(row, default=str) for row in conn.execute(query.encode()).fetchall())
            for table, query in TABLES.items()
        }


def as_told(deployment: Deployment, program: str, folder: Path) -> None:
    """Run the lines of docs/deployment.md that call a program in a container, as processes here."""
    guide = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    lines = re.findall(rf"^docker compose (?:exec|run --rm --no-deps) -T (\w+) ({program} .*[<>].*)$", guide, re.M)
    assert lines, f"docs/deployment.md calls no {program}"
    for service, line in lines:
        more = {"PGHOST": "127.0.0.1", "PGPASSWORD": deployment.env["POSTGRES_PASSWORD"]}
        env = deployment.environment(service, service, more)
        words = ["/bin/sh", "-c", deployment.here(line, service)]
        done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, f"{line}\n{done.stderr}"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def until(true: Callable[[], bool], within_s: float, what: str) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def captured(url: str) -> int:
    with db.connect(url) as conn:
        row = conn.execute("SELECT count(*) FROM capture WHERE link_id IS NOT NULL").fetchone()
        return int(row[0]) if row else 0


def fetch_tasks(api: Airflow) -> list[dict[str, Any]]:
    tasks = api.get(f"/dags/{INGEST}/dagRuns/~/taskInstances", limit=100)["task_instances"]
    return [task for task in tasks if task["task_id"] == "fetch"]


def test_a_worker_that_is_killed_in_the_middle_of_a_fetch_costs_nothing_but_time(
    deployment: Deployment, newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.publish_all()
    courier_file(deployment.folder / "sources", newsroom)
    for name in ("api-server", "redis"):
        assert deployment.check(name).returncode != 0, f"{name} is found healthy, and does not run"
    deployment.wait_healthy("postgres")
    init = deployment.run("init")
    assert init.returncode == 0, init.stdout[-2000:] + init.stderr[-2000:]
    deployment.start("api-server")
    deployment.start("dag-processor")
    deployment.start("redis")
    deployment.wait_healthy("api-server")
    scheduler = deployment.start("scheduler")
    # The workers' articles go into another database and archive.
    assert deployment.superuser("CREATE DATABASE again OWNER mirrorwire").returncode == 0
    again = articles_url(deployment, "again")
    migrate(again)
    more = {"MIRRORWIRE_DATABASE_URL": again, "MIRRORWIRE_HOME": str(deployment.folder / "again")}
    workers = {name: deployment.start("worker", name, more) for name in WORKERS}

    # LocalExecutor, undisturbed. A health check costs seconds of CPU, so it waits until it is likely to pass.
    api = Airflow(deployment.url, deployment.env["AIRFLOW_ADMIN_PASSWORD"])
    wait_for_dags(api, INGEST)
    api.patch(f"/dags/{INGEST}", {"is_paused": False})
    wait_for_runs(api, INGEST, 1, lambda line: None)
    for name in ("redis", "scheduler", "dag-processor"):
        deployment.wait_healthy(name)
    undisturbed = content(articles_url(deployment, "mirrorwire"))
    assert undisturbed["article"]

    # CeleryExecutor, from a publisher that wants a pause between two pages.
    scheduler.stop(10)
    courier_file(deployment.folder / "sources", newsroom, delay_s="1.0")
    deployment.env["AIRFLOW_EXECUTOR"] = "CeleryExecutor"
    deployment.start("scheduler", "scheduler-2", more | IMPATIENT)
    for name in WORKERS:
        deployment.wait_healthy("worker", name)
    api.post(f"/dags/{INGEST}/dagRuns", {"logical_date": None})
    until(lambda: captured(again) >= 3, 120, "nothing is fetched")
    (fetch,) = [task for task in fetch_tasks(api) if task["state"] == "running"]
    (victim,) = [name for name in WORKERS if fetch["pid"] in {process.pid for process in workers[name].family()}]
    kill(workers[victim])
    assert captured(again) < len(undisturbed["link"]), "the fetch had ended before its worker was killed"
    assert deployment.check("worker", victim).returncode != 0

    backed_up_and_restored(deployment, undisturbed, tmp_path)  # while the scheduler waits for the dead worker
    wait_for_runs(api, INGEST, 2, lambda line: None)
    assert {task["try_number"] for task in fetch_tasks(api)} == {1, 2}
    assert content(again) == undisturbed


def backed_up_and_restored(deployment: Deployment, held: dict[str, list[str]], folder: Path) -> None:
    """Back up by the commands of docs/deployment.md, restore on an empty machine, and find everything there."""
    as_told(deployment, "pg_dump", folder)
    as_told(deployment, "tar .* -cf", folder)
    with machine(**{name: deployment.env[name] for name in required()}) as other:
        as_told(other, "pg_restore", folder)
        as_told(other, "tar .* -xf", folder)
        restored = articles_url(other, "mirrorwire")
        assert migrate(restored) == []
        assert content(restored) == held
        assert files(other.folder / "archive") == files(deployment.folder / "archive")
        runs = other.superuser("SELECT state FROM dag_run ORDER BY start_date", database="airflow")
        assert runs.stdout.split() == ["success", "running"], runs.stderr
