"""How a source stands: each condition by itself, the worst first, and what of it wakes somebody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mirrorwire.reports import status_view
from mirrorwire.reports.conditions import alarms, conditions
from tests.reports.test_board import EMPTY, NOW

Row = dict[str, Any]


def run(**told: Any) -> Row:
    """A live run of the scheduler's that ended well twenty minutes ago."""
    ended = NOW - timedelta(minutes=20)
    return {
        "kind": "live",
        "run_id": 1,
        "external_id": "ingest_s/scheduled__2026-11-25T02:30:00+00:00@2026-11-25T02:30:00Z",
        "state": "success",
        "started_at": ended - timedelta(minutes=1),
        "finished_at": ended,
        "last_sign_at": ended,
        "alive": False,
        "interrupted": False,
        "window_since": None,
        "window_until": None,
        "failures": [],
        "warnings": [],
    } | told


def host(**told: Any) -> Row:
    return {
        "url": "https://s.example",
        "role": "primary",
        "state": "closed",
        "ruling": None,
        "failures_in_a_row": 0,
        "since": None,
        "reason": None,
        "probe_at": None,
        "resting_until": None,
        "attempts_last_day": 0,
        "last_served_at": None,
    } | told


def row(**told: Any) -> Row:
    """A source that is well."""
    return EMPTY | {"runs": [run()], "runs_ended": 1, "is_scheduled": True, "hosts": [host()]} | told


def aged(days: float, **told: Any) -> Row:
    at = NOW - timedelta(days=days)
    return run(started_at=at, finished_at=at, last_sign_at=at, **told)


BY_HAND = {"external_id": "cli:1"}
BUG = {
    "place": "mirrorwire/a.py:1 in f",
    "error": "KeyError: 'x'",
    "items": 2,
    "item": "https://s.example/1",
    "met_at": NOW,
}
GAP = {"seed": "/rss.xml", "polled_before_at": None, "polled_at": NOW}
SEED = {"seed": "/rss.xml", "outcome": "failed", "detail": "500", "polled_at": NOW}
CASES = {
    "a broken file": (row(error="s.toml: no"), "file broken", "ITS FILE IS BROKEN", True),
    "no run for three days": (
        row(runs=[aged(3)]),
        "late",
        "LATE: no run for 3 days, one was due 2 days ago",
        True,
    ),
    "one failed run": (row(failed_in_a_row=1), "failing", "THE LAST RUN FAILED", True),
    "three failed runs": (row(failed_in_a_row=3), "failing", "THE LAST 3 RUNS FAILED", True),
    "nothing ever loaded": (row(articles=0, runs_ended=2), "never loaded", "NO ARTICLE in 2 runs", True),
    "all pages rejected": (row(pages_lately=40, rejected_lately=40), "all rejected", "40 of 40 pages rejected", True),
    "all the last pages rejected": (
        row(pages_lately=50, rejected_lately=50),
        "all rejected",
        "all of the last 50 pages rejected",
        True,
    ),
    "no host": (row(hosts=[host(state="open")]), "no host up", "NO HOST IS UP", True),
    "a backfill that failed": (
        row(runs=[run(), run(kind="backfill", state="failed")]),
        "backfill failed",
        "the last backfill failed",
        False,
    ),
    "Ctrl-C": (
        row(runs=[run(state="failed", interrupted=True)]),
        "unfinished",
        "a run was interrupted, not finished",
        False,
    ),
    "a killed run": (
        row(runs=[run(state="running", finished_at=None, **BY_HAND)]),
        "unfinished",
        "a run broke off",
        False,
    ),
    "a host down": (row(hosts=[host(), host(ruling="down")]), "hosts down", "1 of 2 hosts down", False),
    "a host failing": (row(hosts=[host(failures_in_a_row=2)]), "hosts failing", "1 host failing", False),
    "a silent seed": (row(silent_seeds=[SEED]), "seeds silent", "1 seed without an article", False),
    "a link given up": (row(failed=1), "links given up", "1 link given up", False),
    "a gap": (row(feed_gaps=[GAP]), "gaps", "a feed has a gap", False),
    "bugs": (row(bugs=[BUG]), "bugs", "2 items met a bug of ours", False),
    "idle": (
        row(runs=[aged(3, **BY_HAND)], is_scheduled=False),
        "idle",
        "no run for 3 days, and none is scheduled: all came by hand",
        False,
    ),
    "never read": (EMPTY | {"articles": 0}, "never read", "never read", False),
    "well": (row(), "well", "all hosts up", False),
}


@pytest.mark.parametrize("case", CASES)
def test_each_condition_has_its_sentence(case: str) -> None:
    told, name, said, alarm = CASES[case]
    (found,) = conditions(told, NOW)
    assert (found.name, found.said, found.alarm) == (name, said, alarm)
    shown = list(status_view.lines([told], now=NOW, width=120))
    assert shown[2] == f"s: {said}"


def test_the_worst_that_is_true_comes_first() -> None:
    told = row(
        articles=0,
        runs=[aged(3, state="failed")],
        runs_ended=2,
        failed_in_a_row=2,
        pages_lately=40,
        rejected_lately=40,
        hosts=[host(failures_in_a_row=2)],
        feed_gaps=[GAP],
        bugs=[BUG],
    )
    assert [each.name for each in conditions(told, NOW)] == [
        "late",
        "failing",
        "never loaded",
        "all rejected",
        "hosts failing",
        "gaps",
        "bugs",
    ]


def test_the_source_that_is_worst_off_comes_first() -> None:
    found = [
        row(source="a"),
        EMPTY | {"source": "b", "articles": 0},
        row(source="c", feed_gaps=[GAP]),
        row(source="d", failed_in_a_row=1),
        row(source="e", runs=[aged(1)]),
    ]
    heads = [line for line in status_view.lines(found, now=NOW, width=120) if line and not line.startswith(" ")]
    assert [head.partition(":")[0] for head in heads[1:]] == ["e", "d", "c", "a", "never read"]
    problems = list(status_view.problems(found, now=NOW, asked_for=False))
    assert problems == ["e: LATE: no run for 24 h, one was due 23 h ago", "d: THE LAST RUN FAILED"]


@pytest.mark.parametrize(
    ("minutes", "late"),
    [(20, False), (59, False), (61, False), (75, True), (24 * 60, True)],
)
def test_a_source_is_late_when_a_second_run_is_due(minutes: int, late: bool) -> None:
    at = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    told = row(runs=[run(started_at=at, finished_at=at, last_sign_at=at)])
    names = [each.name for each in conditions(told, at + timedelta(minutes=minutes))]
    assert ("late" in names) is late


def test_a_daily_schedule_is_not_late_after_half_a_day() -> None:
    assert conditions(row(schedule="0 4 * * *", runs=[aged(0.5)]), NOW)[0].name == "well"
    assert conditions(row(schedule="0 4 * * *", runs=[aged(2.5)]), NOW)[0].name == "late"


def test_a_run_that_works_for_hours_is_not_late_and_one_whose_session_is_dead_is() -> None:
    working = aged(0.2, state="running") | {"finished_at": None}
    assert conditions(row(runs=[working | {"alive": True}]), NOW)[0].name == "well"
    names = [each.name for each in conditions(row(runs=[working]), NOW)]
    assert names == ["late", "unfinished"]


def test_a_task_that_airflow_has_queued_did_not_break_off() -> None:
    waiting = run(state="running", finished_at=None)
    assert conditions(row(runs=[waiting]), NOW)[0].name == "well"
    assert conditions(row(runs=[waiting]), NOW + timedelta(hours=1))[-1].name == "unfinished"


def test_a_few_rejected_pages_say_nothing_of_a_source_that_gives_articles() -> None:
    assert conditions(row(pages_lately=4, rejected_lately=4), NOW)[0].name == "well"
    assert conditions(row(pages_lately=40, rejected_lately=39), NOW)[0].name == "well"


def test_a_source_that_nobody_scheduled_wakes_nobody_unless_it_is_named() -> None:
    for case in ("never read", "idle"):
        found = conditions(CASES[case][0], NOW)
        assert alarms(found, asked_for=False) == []
        assert alarms(found, asked_for=True) == list(found)
    assert alarms(conditions(row(), NOW), asked_for=True) == []


def test_a_backfills_days_are_told_as_they_were_asked_for() -> None:
    def shown(since: datetime, until: datetime) -> str:
        told = row(timezone="Asia/Tehran", runs=[run(kind="backfill", window_since=since, window_until=until)])
        return "\n".join(status_view.lines([told], now=NOW, width=120))

    midnight = datetime(2026, 11, 19, 20, 30, tzinfo=UTC)
    assert "last backfill run of 2026-11-20: success" in shown(midnight, midnight + timedelta(days=1))
    assert "run since 2026-11-20 until 2026-11-23: success" in shown(midnight, midnight + timedelta(days=3))
    part = shown(midnight + timedelta(hours=6), midnight + timedelta(days=1))
    assert "run since 2026-11-20 06:00 until 2026-11-21 00:00 (Asia/Tehran): success" in part
