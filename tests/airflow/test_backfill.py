"""A backfill of thirty days through a real Airflow: its runs, their windows, what it asks of the host, its cost."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from psycopg.rows import dict_row

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from mirrorwire.store.migrate import migrate
from tests.conftest import ROOT
from tests.demo.command import everything_stopped, wait_for_dags
from tests.demo.stack import Airflow, Stack
from tests.support.history import History
from tests.support.publisher import Publisher, publishing, source_file

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(2400)]

DAG, DAYS, AT_ONCE, DELAY_S = "backfill_daily", 30, 4, 0.05
FIRST = date(2026, 9, 1)
LAST = FIRST + timedelta(days=DAYS - 1)
WITHIN_S = 1800
DOCUMENT = ROOT / "docs" / "backfill.md"

Rows = list[dict[str, Any]]
CPU: list[float] = []
"""Seconds that the stack had used when the backfill was asked for, and when its runs had ended."""


@pytest.fixture(scope="module")
def publisher() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


@pytest.fixture(scope="module")
def history(publisher: Publisher) -> History:
    found = History(publisher, date(2026, 8, 1), date(2026, 10, 31))
    found.sitemaps()
    found.sections(pages=10)
    return found


@pytest.fixture(scope="module")
def home(publisher: Publisher) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))  # short: a socket's path must fit
    seeds = (("sitemap", "/sitemap.xml"), ("section", "/Section/101/{page}"))
    source_file(folder / "sources", publisher, seeds=seeds, delay_s=DELAY_S)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def ask(home: Path) -> Callable[..., Rows]:
    def rows(query: str) -> Rows:
        url = db.database_url(Settings(home=home, sources=home / "sources", archive=str(home / "archive")))
        with db.connect(url) as conn, conn.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query.encode()).fetchall()

    return rows


@pytest.fixture(scope="module")
def done(home: Path, history: History, ask: Callable[..., Rows]) -> Iterator[Rows]:
    """Airflow's runs of the backfill: asked for, cancelled half way, and asked for again, backwards."""
    settings = Settings(home=home, sources=home / "sources", archive=str(home / "archive"))
    stack = Stack(settings, dags=ROOT / "dags")
    with stack.exclusive(), everything_stopped(stack, settings, lambda text: None):
        url = db.database_url(settings)
        migrate(url)
        api = stack.start(fresh=True, environment={"MIRRORWIRE_DATABASE_URL": url}, say=lambda text: None)
        wait_for_dags(api, DAG)
        body = {
            "dag_id": DAG,
            "from_date": f"{FIRST}T00:00:00Z",
            "to_date": f"{LAST}T00:00:00Z",
            "max_active_runs": AT_ONCE,
            "run_backwards": True,
        }
        CPU[:] = [stack.used_s()]
        asked = api.post("/backfills", body)
        api.patch(f"/dags/{DAG}", {"is_paused": False})
        wait(api, lambda runs: states(runs)["success"] >= 8)
        api.put(f"/backfills/{asked['id']}/cancel")
        runs = wait(api, lambda runs: not states(runs)["running"])
        assert 0 < states(runs)["success"] < DAYS
        assert states(runs)["failed"] == DAYS - states(runs)["success"]
        api.post("/backfills", body | {"reprocess_behavior": "failed"})
        wait(api, lambda runs: not states(runs)["queued"] + states(runs)["running"] + states(runs)["failed"])
        CPU.append(stack.used_s())
        single = {"logical_date": None, "conf": {"since": f"{FIRST - timedelta(days=3)}", "until": f"{FIRST}"}}
        api.post(f"/dags/{DAG}/dagRuns", single)
        wait(api, lambda runs: any(run["run_type"] == "manual" and run["state"] == "success" for run in runs))
        yield listed(api)


def listed(api: Airflow) -> Rows:
    found: Rows = api.get(f"/dags/{DAG}/dagRuns", limit=100)["dag_runs"]
    return found


def states(runs: Rows) -> Counter[str]:
    return Counter(str(run["state"]) for run in runs if run["run_type"] == "backfill")


def wait(api: Airflow, until: Callable[[Rows], bool]) -> Rows:
    deadline = time.monotonic() + WITHIN_S
    while not until(runs := listed(api)):
        assert time.monotonic() < deadline, states(runs)
        time.sleep(2)
    return runs


def test_thirty_days_are_thirty_successful_runs_each_of_its_own_day(
    done: Rows, ask: Callable[..., Rows], history: History
) -> None:
    runs = [run for run in done if run["run_type"] == "backfill"]
    assert states(done) == {"success": DAYS}
    wanted = {FIRST + timedelta(days=n) for n in range(DAYS)}
    assert {date.fromisoformat(run["data_interval_start"][:10]) for run in runs} == wanted
    noted = ask(
        "SELECT external_id, interval_start, interval_end, window_since, window_until FROM run"
        " WHERE state = 'success' AND NOT sweep AND interval_start IS NOT NULL"
    )
    windows = {row["external_id"].partition("@")[0]: row for row in noted}
    for run in runs:
        own = windows[f"{DAG}/{run['dag_run_id']}"]
        start = datetime.fromisoformat(run["data_interval_start"])
        assert (own["interval_start"], own["interval_end"]) == (start, start + timedelta(days=1))
        assert (own["window_since"], own["window_until"]) == (start, start + timedelta(days=1))  # its zone is UTC
    (single,) = ask("SELECT window_since::text AS since FROM run WHERE kind = 'backfill' AND interval_start IS NULL")
    assert single["since"].startswith(f"{FIRST - timedelta(days=3)}")
    loaded = {row["article_key"] for row in ask("SELECT article_key FROM articles")}
    assert loaded == history.keys(history.of(FIRST - timedelta(days=3), LAST))


def test_cancelled_and_asked_for_again_nothing_is_fetched_twice(done: Rows, publisher: Publisher) -> None:
    asked = Counter(path for path in publisher.paths() if path.startswith(("/Detail/", "/SiteMap/")))
    assert set(asked.values()) == {1}, asked.most_common(3)


def test_the_delay_holds_over_runs_at_once(done: Rows, publisher: Publisher) -> None:
    gaps = [later.at_s - earlier.at_s for earlier, later in pairwise(sorted(publisher.asked, key=lambda a: a.at_s))]
    assert sum(gap < DELAY_S * 0.6 for gap in gaps) <= len(gaps) * 0.05, sorted(gaps)[:10]


def test_no_more_runs_at_once_than_were_asked_for(done: Rows) -> None:
    runs = [run for run in done if run["run_type"] == "backfill"]
    moments = sorted([(run["start_date"], 1) for run in runs] + [(run["end_date"], -1) for run in runs])
    at_once = most = 0
    for _, change in moments:
        at_once += change
        most = max(most, at_once)
    assert 1 < most <= AT_ONCE


def test_the_overhead_of_airflow_is_named(
    done: Rows, ask: Callable[..., Rows], publisher: Publisher, pytestconfig: pytest.Config
) -> None:
    ours = {
        row["external_id"].partition("@")[0]: float(row["ours_s"])
        for row in ask(
            "SELECT external_id, sum(extract(epoch FROM s.finished_at - s.started_at)) AS ours_s"
            " FROM run JOIN run_step s USING (run_id) WHERE interval_start IS NOT NULL AND NOT sweep"
            " AND run.state = 'success' GROUP BY 1"
        )
    }
    runs = [run for run in done if run["run_type"] == "backfill"]
    walls = [seconds(run) for run in runs]
    others = [seconds(run) - ours[f"{DAG}/{run['dag_run_id']}"] for run in runs]
    assert all(other > 0 for other in others)
    began, ended = min(run["start_date"] for run in runs), max(run["end_date"] for run in runs)
    if pytestconfig.getoption("--write-docs"):
        pages = len([path for path in publisher.paths() if path.startswith("/Detail/")])
        seeds = len([path for path in publisher.paths() if not path.startswith("/Detail/")])
        DOCUMENT.write_text(
            DOCUMENT_TEXT.format(
                days=DAYS,
                at_once=AT_ONCE,
                pages=pages,
                seeds=seeds,
                total_s=(datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds(),
                wall_s=median(walls),
                ours_s=median(ours.values()),
                other_s=median(others),
                worst_s=max(others),
                cpu_s=(CPU[1] - CPU[0]) / DAYS,
                load=os.getloadavg()[2],
                at=f"{datetime.now(UTC):%Y-%m-%d}",
            ),
            encoding="utf-8",
        )


def seconds(run: dict[str, Any]) -> float:
    return (datetime.fromisoformat(run["end_date"]) - datetime.fromisoformat(run["start_date"])).total_seconds()


DOCUMENT_TEXT = """# A backfill of {days} days through Airflow

Measured {at} by `python -m pytest tests/airflow/test_backfill.py --write-docs`: a real Airflow (LocalExecutor,
four tasks at once) and a real Postgres on a machine of two cores that others used too (load {load:.0f}), a publisher
over HTTP with a delay of 0.05 s. `backfill_daily` is asked for {days} days, backwards, with `max_active_runs`
{at_once}; cancelled half way; asked for again with `reprocess_behavior` failed; then one run by hand for the three
days before.

| | |
|---|---|
| runs, all successful | {days} |
| pages fetched, each once | {pages} |
| other requests: robots.txt, index, two months' sitemaps, pages of the listing | {seeds} |
| from the first run's start to the last one's end | {total_s:.0f} s |
| a run, from its start to its end (median) | {wall_s:.1f} s |
| of that, our steps by the ledger (median) | {ours_s:.1f} s |
| **the rest: Airflow's own, and waiting for a core (median)** | **{other_s:.1f} s** |
| the rest, at worst | {worst_s:.1f} s |
| CPU of Airflow and of the tasks in it, a run | {cpu_s:.1f} s |

A run is five tasks, and {at_once} runs share four slots and the cores: most of the rest is tasks that are started,
import their libraries and wait for their turn, so that it shrinks with the load; the CPU is what it cannot go below.
`mirrorwire backfill` does the same days in one process without it, the newest pages first, of one source or of many.
"""
