"""The wheel alone in a fresh virtual environment: one line of configuration, one connection, and a real Airflow.

Also what comes after a load there: a DAG of somebody else's that starts when a day is loaded, and lineage.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from tests.airflow.test_provider import documented_bundles
from tests.conftest import EARLIER, NEWEST, NEWSROOM_DAY, ROOT, courier_file
from tests.demo.command import everything_stopped, wait_for_dags, wait_for_runs
from tests.demo.stack import Airflow, Stack
from tests.newsroom import Newsroom

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(1800)]

DAY = NEWSROOM_DAY - timedelta(days=1)
INSTALL_WITHIN_S = 900
LINEAGE = "apache-airflow-providers-openlineage"


ALERTS = """
import json, pathlib

def to_file(context):
    pathlib.Path(__file__).with_name("alarm.json").write_text(json.dumps(context["mirrorwire"]))
"""


class InstalledStack(Stack):
    """An Airflow of another virtual environment."""

    def __init__(self, settings: Settings, venv: Path) -> None:
        super().__init__(settings, dags=ROOT / "examples", database="airflow_package")
        self.venv = venv

    def _command(self, *words: str) -> list[str]:
        return [str(self.venv / "bin" / "airflow"), *words]


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel of this checkout, what it depends on, and Airflow's OpenLineage."""
    folder = tmp_path_factory.mktemp("package")
    words = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, capture_output=True, timeout=120)
    # The versions that are tested elsewhere, without their hashes, which pip would ask of the wheel too.
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = re.findall(r"^(\S+==[^\\\n]+)", lock, re.MULTILINE)
    (folder / "constraints.txt").write_text("\n".join(locked) + "\n", encoding="utf-8")
    pip = [str(folder / "venv" / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "--constraint", str(folder / "constraints.txt"), str(wheel), LINEAGE],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        timeout=INSTALL_WITHIN_S,
        check=False,
    )
    if "Could not find a version" in done.stderr or "connection" in done.stderr.lower():
        pytest.skip(f"pip reaches no index: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "venv"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))  # short: a socket's path must fit
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def publisher(home: Path) -> Iterator[Newsroom]:
    """The newsroom, with its source file."""
    with Newsroom(day=NEWSROOM_DAY, a_day=(NEWEST, *[EARLIER] * 4)) as newsroom:
        courier_file(home / "sources", newsroom)
        yield newsroom


@pytest.fixture(scope="module")
def airflow(venv: Path, home: Path, publisher: Newsroom) -> Iterator[Airflow]:
    """An Airflow that was told of the bundle by the line of docs/airflow.md, and of the database by a connection."""
    settings = Settings(home=home, sources=home / "sources", archive=str(home / "archive"))
    environment = {
        "PYTHONPATH": "",
        "MIRRORWIRE_ON_FAILURE": "alerts:to_file",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": documented_bundles(),
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(
            {"type": "file", "log_file_path": str(home / "lineage.jsonl"), "append": True}
        ),
    }
    plugins = home / "airflow" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "alerts.py").write_text(ALERTS, encoding="utf-8")
    stack = InstalledStack(settings, venv)
    with stack.exclusive(), everything_stopped(stack, settings, lambda text: None):
        url = conninfo_to_dict(db.embedded_database(settings, "news"))
        api = stack.start(fresh=True, environment=environment, say=lambda text: None)
        connection = {"host": url["host"], "schema": url["dbname"], "login": url.get("user")}
        api.post("/connections", {"connection_id": "mirrorwire_default", "conn_type": "mirrorwire", **connection})
        wait_for_dags(api, "backfill_courier", "ingest_courier", "count_articles")
        yield api


@pytest.fixture(scope="module")
def done(airflow: Airflow) -> Airflow:
    """The same, once a backfill of one day has run, and what it started."""
    for dag in ("count_articles", "backfill_courier"):
        airflow.patch(f"/dags/{dag}", {"is_paused": False})
    window = {"since": f"{DAY}", "until": f"{NEWSROOM_DAY}"}
    airflow.post("/dags/backfill_courier/dagRuns", {"logical_date": None, "conf": window})
    wait_for_runs(airflow, "backfill_courier", 1, lambda text: None)
    wait_for_runs(airflow, "count_articles", 1, lambda text: None)
    return airflow


def test_the_dags_come_from_the_package_that_is_installed(airflow: Airflow, venv: Path) -> None:
    dag = airflow.get("/dags/ingest_courier/details")
    assert dag["bundle_name"] == "mirrorwire"
    assert Path(dag["fileloc"]).is_relative_to(venv)
    assert airflow.get("/importErrors")["import_errors"] == []


def test_airflow_offers_the_type_of_the_connection(venv: Path, home: Path) -> None:
    words = [venv / "bin" / "airflow", "providers", "hooks", "--output", "json"]
    env = {"AIRFLOW_HOME": str(home / "hooks"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(words, env=env, cwd=home, capture_output=True, text=True, timeout=120, check=True)
    (hook,) = [hook for hook in json.loads(done.stdout) if hook["connection_type"] == "mirrorwire"]
    assert hook["class"] == "mirrorwire.airflow.hook.MirrorwireHook"


def test_a_connection_is_enough_for_a_run_that_loads(done: Airflow, home: Path) -> None:
    with db.connect(db.embedded_database(Settings(home=home), "news")) as conn:
        days = conn.execute("SELECT published_at::date, count(*) FROM mirrorwire.articles GROUP BY 1").fetchall()
    assert days == [(DAY, EARLIER)]


def test_a_dag_of_ones_own_starts_when_a_day_is_loaded_and_knows_which(done: Airflow) -> None:
    runs = done.get("/dags/count_articles/dagRuns")["dag_runs"]
    by_day = {run["partition_key"]: run for run in runs}
    run = by_day[f"courier|{DAY}"]
    assert run["state"] == "success"
    answer = done.get(f"/dags/count_articles/dagRuns/{run['dag_run_id']}/taskInstances/count/xcomEntries/return_value")
    assert answer["value"] == EARLIER


def test_lineage_leads_from_the_load_to_the_dag_of_ones_own(done: Airflow, home: Path) -> None:
    def datasets(job: str, side: str) -> set[tuple[str, str]]:
        lines = (home / "lineage.jsonl").read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines]
        ended = [event for event in events if event["job"]["name"] == job and event["eventType"] == "COMPLETE"]
        return {(dataset["namespace"], dataset["name"]) for event in ended for dataset in event[side]}

    days = ("mirrorwire://courier", "days")
    wait(lambda: datasets("count_articles.count", "inputs") == {days})
    assert datasets("backfill_courier.load", "outputs") == {("mirrorwire://courier", "articles"), days}


def test_a_failed_run_tells_what_is_named_in_the_plugins_folder(done: Airflow, publisher: Newsroom, home: Path) -> None:
    publisher.primary.fault = publisher.mirror.fault = "refuse"
    done.patch("/dags/ingest_courier", {"is_paused": False})
    alarm_file = home / "airflow" / "plugins" / "alarm.json"
    wait(lambda: alarm_file.exists() and alarm_file.read_text(encoding="utf-8").endswith("}"), within_s=240)
    alarm = json.loads(alarm_file.read_text(encoding="utf-8"))
    assert alarm["source"] == "courier"
    assert any("no usable seed" in reason for reason in alarm["reasons"])


def wait(true: Callable[[], Any], within_s: float = 60) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(1)
