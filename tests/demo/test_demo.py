"""`make run`, `make up` and `make down` as people call them: another process, a data folder of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psutil
import pytest

from mirrorwire.core.config import Settings
from tests.conftest import ROOT
from tests.demo.command import PORTS
from tests.demo.stack import Airflow, Stack, StackFailed
from tests.newsroom import Newsroom

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder with a short path, since a socket lies in it; whatever a failed test left running is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))
    yield folder
    demo(folder, "down")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def taken_port() -> Iterator[None]:
    """The newsroom's usual port, held by somebody else: the demo must find others."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", PORTS[0]))
            other.listen()
        except OSError:
            pass  # somebody does hold it
        yield


def environment(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MIRRORWIRE_", "AIRFLOW"))}
    return kept | {"MIRRORWIRE_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def demo(home: Path, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "tests.demo", command]
    env = environment(home) | more
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=600, check=False)


def started(home: Path, until: str, command: str = "run") -> tuple[subprocess.Popen[str], str]:
    """Begin a command, and return it with what it had said when it said `until`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.demo", command],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if until in line:
            return process, said
    raise AssertionError(f"never said {until!r}:\n{said}\n{process.communicate()[1]}")


def left_over(home: Path) -> list[str]:
    """Processes that work in this data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            line, folder = process.cmdline(), process.cwd()
        except psutil.Error:
            continue
        if folder.startswith(str(home)) or str(home) in " ".join(line):
            found.append(" ".join(line)[:200])
    return found


def listening(pids: set[int]) -> set[str]:
    return {
        connection.laddr.ip
        for connection in psutil.net_connections("inet")
        if connection.pid in pids and connection.status == psutil.CONN_LISTEN and connection.laddr
    }


def test_make_run_loads_the_feed_day_and_three_days_before_it_and_a_second_run_finds_nothing_new(
    home: Path, taken_port: None
) -> None:
    first = demo(home, "run")
    assert first.returncode == 0, first.stdout + first.stderr
    assert not left_over(home)

    export = subprocess.run(
        [sys.executable, "-m", "mirrorwire.cli", "export", "courier", "--format", "jsonl"],
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    exported = [json.loads(line)["article_key"] for line in export.stdout.splitlines()]
    day = date.fromisoformat(json.loads((home / "demo.json").read_text())["day"])
    with Newsroom(day=day) as newsroom:
        asked = {day - timedelta(days=n) for n in range(4)}
        published = [f"courier:{article.id}" for article in newsroom.articles if article.published.date() in asked]
    assert sorted(exported) == sorted(published)
    assert f"{len(published)} new articles, 0 revised, {len(published)} in all" in first.stdout

    second = demo(home, "run")
    assert second.returncode == 0, second.stdout + second.stderr
    assert f"nothing is new: {len(published)} articles stand as they were" in second.stdout


def test_a_failed_run_shows_the_failed_tasks_log_and_stops_everything(home: Path) -> None:
    process, said = started(home, until="newsroom:")
    (port,) = re.findall(r"newsroom: http://127.0.0.1:(\d+)", said)
    told = f"http://127.0.0.1:{port}/control?primary=500&mirror=500"
    deadline = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(told, method="POST"), timeout=5).close()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    out, error = process.communicate(timeout=400)
    assert process.returncode == 1, out + error
    assert re.search(r"ingest_courier scheduled__\S+ check: failed", error)
    assert "RunFailed" in error and "no usable seed" in error
    assert "Traceback" not in error
    assert not left_over(home)


def test_a_second_start_is_refused_in_one_line_and_ctrl_c_stops_everything(home: Path) -> None:
    process, _ = started(home, until="api-server")
    refused = demo(home, "run")
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1 and "under way" in refused.stderr
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=120)
    assert process.returncode == 130, out + error
    assert "Traceback" not in error
    assert not left_over(home)


def test_a_run_under_which_somebody_calls_make_down_says_so(home: Path) -> None:
    process, _ = started(home, until="unpaused")
    assert demo(home, "down").returncode == 0
    out, error = process.communicate(timeout=200)
    assert process.returncode == 1, out + error
    assert (
        error == f"\nrun failed: Airflow has ended meanwhile: by make down, or its logs say why ({home}/airflow/logs)\n"
    )
    assert not left_over(home)


def test_make_up_serves_airflow_on_loopback_to_its_password_alone_and_make_down_leaves_no_process(home: Path) -> None:
    up = demo(home, "up")
    assert up.returncode == 0, up.stdout + up.stderr
    (url, password) = re.findall(r"Airflow: (\S+)  user admin  password (\S+)", up.stdout)[0]
    assert demo(home, "status").returncode == 0
    assert (home / "airflow" / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert "dags" in Airflow(url, password).get("/dags")
    with pytest.raises(StackFailed, match="401"):
        Airflow(url, "guessed")
    services = Stack(Settings(home=home), dags=ROOT / "dags").services()
    pids = {process.pid for service in services for process in service.family()}
    assert listening(pids) == {"127.0.0.1"}

    again = demo(home, "up")
    assert again.returncode == 0, again.stderr
    assert (
        "all of it runs already" in again.stdout and f"Airflow: {url}  user admin  password {password}" in again.stdout
    )
    beside = demo(home, "run")
    assert beside.returncode == 1 and f"already running at {url}" in beside.stderr

    down = demo(home, "down")
    assert down.stdout == "stopped: scheduler, dag-processor, api-server, newsroom, web, postgres\n", down.stderr
    assert not left_over(home)
    assert demo(home, "down").stdout == "nothing was running\n"


def test_two_stacks_that_start_at_once_take_different_ports_and_each_asks_its_own(home: Path) -> None:
    other = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))
    try:
        words = [sys.executable, "-m", "tests.demo", "up"]
        starts = [
            subprocess.Popen(
                words, cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for folder in (home, other)
        ]
        said = [process.communicate(timeout=600) for process in starts]
        assert [process.returncode for process in starts] == [0, 0], said
        stacks = [Stack(Settings(home=folder), dags=ROOT / "dags") for folder in (home, other)]
        assert stacks[0].url != stacks[1].url
        for stack in stacks:
            assert Airflow(stack.url, stack.password()).get("/dags")  # its own password lets in
        ports = re.findall(r"newsroom: http://127.0.0.1:(\d+), mirror http://127.0.0.1:(\d+)", said[0][0] + said[1][0])
        assert len({port for pair in ports for port in pair}) == 4
    finally:
        demo(other, "down")
        shutil.rmtree(other, ignore_errors=True)


def test_what_a_killed_make_run_left_running_does_not_stand_in_the_way(home: Path) -> None:
    process, _ = started(home, until="unpaused")
    process.kill()
    process.communicate()
    assert left_over(home)
    up = demo(home, "up")
    assert up.returncode == 0, up.stdout + up.stderr
    assert demo(home, "down").returncode == 0
    assert not left_over(home)


def test_a_program_that_takes_airflows_port_before_airflow_does_is_not_asked_and_another_port_is_taken(
    home: Path,
) -> None:
    process, _ = started(home, until="Airflow: api-server", command="up")
    env_file = home / "airflow" / "env"
    deadline = time.monotonic() + 30
    while not (ports := re.findall(r"AIRFLOW__API__PORT=(\d+)", env_file.read_text() if env_file.exists() else "")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", int(ports[0])))
        stranger.listen()
        said, error = process.communicate(timeout=600)
    assert process.returncode == 0, said + error
    assert f"port {ports[0]} was taken by another program meanwhile" in said
    (url, password) = re.findall(r"Airflow: (\S+)  user admin  password (\S+)", said)[0]
    assert not url.endswith(f":{ports[0]}")
    assert Airflow(url, password).get("/dags")
