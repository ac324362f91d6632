"""What the tests themselves stand on: their days, their commands, and the server that ends with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from mirrorwire.core.config import Settings
from tests.conftest import EARLIER, NEWEST, ROOT, environment, newsroom_day
from tests.newsroom.content import load_edition
from tests.support.command_forks import CommandForks

SUITE = """
import os
import time
from pathlib import Path


def test_that_is_ended(server):
    Path(os.environ["SAID"]).write_text((server.home / "postgres" / "postmaster.pid").read_text().split()[0])
    time.sleep(60)
"""


def test_the_newsrooms_days_lie_in_one_month_and_are_over_on_any_day() -> None:
    for n in range(800):
        today = date(2026, 1, 1) + timedelta(days=n)
        edition = load_edition(newsroom_day(today), "http://127.0.0.1", later=True, a_day=(NEWEST, *[EARLIER] * 4))
        days = {article.published.date() for article in edition.articles}
        assert len({f"{day:%Y-%m}" for day in days}) == 1
        assert timedelta(days=2) <= today - max(days) <= timedelta(days=6)
        assert edition.built_at < datetime(today.year, today.month, today.day, tzinfo=UTC)


def test_a_command_with_the_usual_environment_is_a_fork_and_with_another_locale_is_not(
    forks: CommandForks, tmp_path: Path
) -> None:
    usual = environment(Settings(home=tmp_path))
    assert forks.is_fork(usual)
    assert not forks.is_fork(usual | {"LC_ALL": "C"})


@pytest.mark.database
@pytest.mark.parametrize(
    "workers", [pytest.param((), id="alone", marks=pytest.mark.slow), pytest.param(("-n", "1"), id="with a worker")]
)
def test_a_suite_that_is_ended_ends_its_server(tmp_path: Path, workers: tuple[str, ...]) -> None:
    said = tmp_path / "said"
    test = ROOT / "tests" / f"test_ended_{os.getpid()}.py"
    test.write_text(SUITE)
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers, str(test)]
        suite = subprocess.Popen(
            command, cwd=ROOT, env=dict(os.environ) | {"SAID": str(said)}, stdout=subprocess.DEVNULL
        )
        while not (said.exists() and said.read_text()):
            assert suite.poll() is None
            psutil.wait_procs([], timeout=0.1)
        suite.send_signal(signal.SIGTERM)
        suite.wait(200)
    finally:
        test.unlink()
    assert not psutil.pid_exists(int(said.read_text()))
