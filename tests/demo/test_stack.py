"""The stack of `make up` as people use it: searched, asked for backfills, called from a shell, hurt and mended."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from mirrorwire.core.config import Settings
from tests.conftest import ROOT
from tests.demo.command import wait_for_dags
from tests.demo.stack import Airflow, Stack, StackFailed
from tests.demo.test_demo import demo
from tests.project.test_docs import PAGES

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(1200)]

BACKFILL, INGEST = "backfill_courier", "ingest_courier"
NOT_RUN = ("make", "docker", "(umask", "airflow connections", "mirrorwire backfill courier presstv")
"""What a block begins with that is left out: of a machine or an Airflow of one's own, or it asks the net."""
RUNS_WITHIN_S = 400


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))  # short: a socket's path must fit
    (folder / "demo.json").write_text('{"day": "2026-11-24"}')  # the newsroom has the days that the pages ask for
    up = demo(folder, "up")
    try:
        assert up.returncode == 0, up.stdout + up.stderr
        yield folder
    finally:
        demo(folder, "down")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def stack(home: Path) -> Stack:
    return Stack(Settings(home=home), dags=ROOT / "dags")


@pytest.fixture
def api(stack: Stack) -> Airflow:
    api = Airflow(stack.url, stack.password())
    wait_for_dags(api, BACKFILL, INGEST)
    return api


@pytest.fixture
def shell(home: Path, tmp_path: Path) -> Iterator[Any]:
    """Run words in a shell that knows nothing but the data folder; nothing may be left in its empty HOME."""
    venv = str(Path(sys.executable).parent)
    path = os.pathsep.join(folder for folder in os.environ["PATH"].split(os.pathsep) if folder != venv)
    fresh = {"HOME": str(tmp_path), "PATH": path, "MIRRORWIRE_HOME": str(home), "LANG": "C.UTF-8"}

    def run(script: str) -> subprocess.CompletedProcess[str]:
        words = ["bash", "-e", "-o", "pipefail", "-c", script]
        return subprocess.run(words, cwd=ROOT, env=fresh, capture_output=True, text=True, timeout=600, check=False)

    yield run
    assert not (tmp_path / "airflow").exists()


def ended(api: Airflow, count: int) -> list[dict[str, Any]]:
    """Wait until so many runs of backfills have ended, and the backfills with them: a DAG has one at a time."""
    deadline = time.monotonic() + RUNS_WITHIN_S
    while True:
        runs = api.get(f"/dags/{BACKFILL}/dagRuns", limit=100)["dag_runs"]
        done = [run for run in runs if run["run_type"] == "backfill" and run["state"] in ("success", "failed")]
        backfills = api.get("/backfills", dag_id=BACKFILL)["backfills"]
        if len(done) >= count and all(each["completed_at"] for each in backfills):
            return done
        assert time.monotonic() < deadline, runs
        time.sleep(2)


def lines_of(api: Airflow, run_id: str, task: str) -> str:
    return json.dumps(api.get(f"/dags/{BACKFILL}/dagRuns/{run_id}/taskInstances/{task}/logs/1"))


def test_a_search_for_the_key_finds_both_dags_of_a_publisher(api: Airflow) -> None:
    found = api.get("/dags", dag_display_name_prefix_pattern="courier")["dags"]
    assert {dag["dag_id"] for dag in found} == {BACKFILL, INGEST}
    assert all("(The Sample Courier)" in dag["dag_display_name"] for dag in found)
    assert all("The Sample Courier" in {tag["name"] for tag in dag["tags"]} for dag in found)


def test_a_backfill_of_the_live_dag_is_refused_since_it_would_never_read_those_days(api: Airflow) -> None:
    window = {"from_date": "2026-11-10T00:00:00Z", "to_date": "2026-11-11T00:00:00Z"}
    with pytest.raises(StackFailed, match="does not allow backfill runs"):
        api.post("/backfills", {"dag_id": INGEST, **window})


def test_a_backfill_whose_params_name_dates_too_fails_in_one_line_and_reads_nothing(api: Airflow, shell: Any) -> None:
    api.patch(f"/dags/{BACKFILL}", {"is_paused": False})
    window = {"from_date": "2026-11-10T00:00:00Z", "to_date": "2026-11-11T00:00:00Z"}
    typed = {"since": "2026-11-01", "until": "2026-11-02"}
    api.post("/backfills", {"dag_id": BACKFILL, **window, "dag_run_conf": typed})
    by_rest = ended(api, 2)
    done = shell(
        f".venv/bin/mirrorwire airflow backfill create --dag-id {BACKFILL} --from-date 2026-11-12 --to-date 2026-11-12"
        """ --dag-run-conf '{"until": "2026-11-02"}'"""
    )
    assert done.returncode == 0, done.stdout + done.stderr
    runs = ended(api, 3)
    assert {run["state"] for run in by_rest + runs} == {"failed"}
    told = lines_of(api, next(run["dag_run_id"] for run in runs if "-12T" in run["data_interval_start"]), "discover")
    assert "two pairs of dates: the backfill gives this run 2026-11-12, and its params say until 2026-11-02." in told
    assert "Leave the params empty" in told
    tasks = api.get(f"/dags/{BACKFILL}/dagRuns/{runs[0]['dag_run_id']}/taskInstances")["task_instances"]
    assert {task["state"] for task in tasks if task["task_id"] == "fetch"} == {"upstream_failed"}


@pytest.mark.parametrize("page", ["README.md", "docs/airflow.md"])
def test_every_command_of_a_page_works_as_it_stands_in_a_fresh_shell(page: str, shell: Any, api: Airflow) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGES[page], re.M | re.S)
    script = "".join(block for block in blocks if not block.startswith(NOT_RUN))
    assert "airflow backfill create" in script
    done = shell(script)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "migration required" not in done.stdout + done.stderr
    if "curl" in script:
        assert re.search(r'"dag_id": ?"backfill_courier"|already a running backfill', done.stdout), done.stdout[-2000:]


def test_make_up_starts_what_was_killed_or_suspended_names_it_and_leaves_the_rest_alone(
    home: Path, stack: Stack
) -> None:
    before = {service.name: service for service in stack.services()}
    assert demo(home, "up").stdout.splitlines()[0].endswith("all of it runs already")
    os.kill(before["scheduler"].pid, signal.SIGKILL)
    os.kill(before["newsroom"].pid, signal.SIGKILL)
    os.kill(before["dag-processor"].pid, signal.SIGSTOP)
    psutil.wait_procs([psutil.Process(before["scheduler"].pid)] if before["scheduler"].alive() else [], timeout=10)
    up = demo(home, "up")
    assert up.returncode == 0, up.stdout + up.stderr
    assert "newsroom had ended: starting it" in up.stdout and "scheduler had ended: starting it" in up.stdout
    assert "started: newsroom, dag-processor, scheduler" in up.stdout
    after = {service.name: service for service in stack.services()}
    assert all(service.works() for service in after.values()) and after.keys() == before.keys()
    assert {name for name in before if before[name].pid == after[name].pid} == {"api-server", "web"}
    health = Airflow(stack.url, stack.password()).get("/monitor/health")
    assert {health[part]["status"] for part in ("metadatabase", "scheduler", "dag_processor")} == {"healthy"}


def test_make_up_ends_with_an_address_that_opens_the_pages(home: Path, stack: Stack) -> None:
    (pages,) = [service for service in stack.services() if service.name == "web"]
    os.kill(pages.pid, signal.SIGKILL)
    up = demo(home, "up")
    assert "web had ended: starting it" in up.stdout
    address = up.stdout.splitlines()[-1].removeprefix("Pages: ")
    deadline = time.monotonic() + 60
    while not pages_answer(address):
        assert time.monotonic() < deadline, stack.log_tail("web")
        time.sleep(0.2)
    assert not pages_answer(address[:-1])


def pages_answer(address: str) -> bool:
    browser = requests.Session()
    browser.trust_env = False
    try:
        answer = browser.get(address, timeout=30)
    except requests.RequestException:
        return False
    return answer.ok and "courier" in answer.text


def test_make_up_starts_postgres_again_and_what_ended_with_it(home: Path, stack: Stack) -> None:
    os.kill(int((home / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    up = demo(home, "up")
    assert up.returncode == 0, up.stdout + up.stderr
    assert "Postgres had ended: starting it" in up.stdout
    assert all(service.works() for service in stack.services())


def test_a_port_that_a_stranger_took_is_told_and_the_rest_stays(home: Path, stack: Stack) -> None:
    newsroom = next(service for service in stack.services() if service.name == "newsroom")
    port = newsroom.command[newsroom.command.index("--port") + 1]
    newsroom.stop()
    words = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1"]
    stranger = subprocess.Popen(words, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(2)
        up = demo(home, "up")
    finally:
        stranger.kill()
        stranger.wait()
    assert up.returncode == 1
    assert "Address already in use" in up.stderr and "make down, then make up" in up.stderr
    assert "Traceback" not in up.stderr
    assert next(service for service in stack.services() if service.name == "scheduler").alive()


def test_settings_that_a_running_stack_does_not_take_are_named(home: Path) -> None:
    up = demo(home, "up", MIRRORWIRE_SOURCES=str(home))
    assert up.returncode == 0, up.stdout + up.stderr
    assert "MIRRORWIRE_SOURCES was another when the stack was started" in up.stdout
