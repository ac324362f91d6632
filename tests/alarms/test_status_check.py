"""`status --check` for cron: one line when all is well, the worst first when not, and what runs nothing is noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mirrorwire.core.settings import Settings
from tests.conftest import Ran, courier_file
from tests.newsroom import Newsroom
from tests.support.receiver import Receiver

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]


def age(rows: Rows, interval: str) -> None:
    """Have all runs be older."""
    rows(
        "UPDATE run SET started_at = started_at - %s::interval, finished_at = finished_at - %s::interval RETURNING 1",
        interval,
        interval,
    )
    rows("UPDATE run_step SET started_at = started_at - %s::interval RETURNING 1", interval)


def test_a_source_that_is_well_is_one_line_and_a_failing_one_comes_first(
    desk: Settings, newsroom: Newsroom, mirrorwire: Run, receiver: Receiver
) -> None:
    assert mirrorwire("ingest", "courier").code == 0
    done = mirrorwire("status", "--check", "--within", "1h")
    assert (done.code, done.out) == (0, "all is well: 1 source read, none in trouble\n")
    newsroom.primary.fault = newsroom.mirror.fault = "refuse"
    assert mirrorwire("ingest", "courier", "--revisit").code == 1
    done = mirrorwire("status", "--check")
    assert (done.code, done.out.splitlines()[0]) == (1, "courier: THE LAST RUN FAILED")


def test_an_airflow_that_runs_nothing_is_noticed_and_told(
    desk: Settings, newsroom: Newsroom, mirrorwire: Run, receiver: Receiver, rows: Rows
) -> None:
    courier_file(desk.sources or desk.home, newsroom, schedule='"*/30 * * * *"')
    assert mirrorwire("ingest", "courier").code == 0
    rows("UPDATE run SET external_id = 'ingest_courier/scheduled__x@y' RETURNING 1")
    assert mirrorwire("status", "--check").code == 0
    age(rows, "3 days")
    done = mirrorwire("status", "--check")
    assert (done.code, done.out.startswith("courier: LATE: no run for 3 days")) == (1, True)
    assert receiver.posts[-1].document["headline"].startswith("courier: LATE: no run for 3 days")


def test_a_cron_that_runs_nothing_is_noticed_where_it_is_said_how_often_it_should(
    settings: Settings, mirrorwire: Run, rows: Rows
) -> None:
    done = mirrorwire("status", "--check", "--within", "2d")
    assert (done.code, done.out) == (1, "NOTHING RUNS: no run has ever been, and one was asked for within 2 days\n")
    assert mirrorwire("ingest", "courier").code == 0
    age(rows, "3 days")
    assert mirrorwire("status", "--check").code == 0
    done = mirrorwire("status", "--check", "--within", "2d")
    line = "NOTHING RUNS: the last run was 3 days ago; does Airflow, or cron, run?"
    assert (done.code, done.out.splitlines()[0]) == (1, line)
    assert mirrorwire("status", "--check", "--within", "4d").code == 0
