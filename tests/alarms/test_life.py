"""What is wrong becomes alarms, and what becomes of them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from mirrorwire.alarms.life import GROUP, QUIET, changes, may_tell
from mirrorwire.alarms.troubles import GIB, MACHINE, NAMES, Trouble, disk_trouble, troubles
from mirrorwire.core.records import Run
from mirrorwire.pipeline import checks
from mirrorwire.store.alarms import Alarm
from mirrorwire.store.ledger import DayFacts
from tests.conftest import ROOT
from tests.reports.test_board import NOW
from tests.reports.test_conditions import host, row, run

DOWN = Trouble(source="courier", name="host down", subject="http://a.example", summary="a.example is down")
FAILING = Trouble(source="courier", name="failing", subject="", summary="THE LAST RUN FAILED")


def alarm(trouble: Trouble, *, quiet_since: datetime | None = None) -> Alarm:
    return Alarm(
        alarm_id=1,
        source=trouble.source,
        name=trouble.name,
        subject=trouble.subject,
        summary=trouble.summary,
        raised_at=NOW - timedelta(hours=1),
        seen_at=NOW,
        quiet_since=quiet_since,
        over_at=None,
        told_at=None,
    )


def named(**facts: Any) -> set[str]:
    return {trouble.name for trouble in troubles(row(**facts), NOW)}


def test_a_new_trouble_is_raised_and_one_that_stands_is_kept() -> None:
    result = changes([alarm(DOWN)], [DOWN, FAILING], sources=None, now=NOW)
    assert (result.raised, [kept.name for kept, _ in result.kept]) == ([FAILING], ["host down"])
    assert (result.quiet, result.over) == ([], [])


@pytest.mark.parametrize(
    ("quiet_for", "fate"), [(None, "quiet"), (QUIET - timedelta(seconds=1), "open"), (QUIET, "over")]
)
def test_an_alarm_is_over_once_its_trouble_is_away_for_a_while(quiet_for: timedelta | None, fate: str) -> None:
    standing = alarm(DOWN, quiet_since=None if quiet_for is None else NOW - quiet_for)
    result = changes([standing], [], sources=None, now=NOW)
    fates = {"quiet": result.quiet, "over": result.over}
    assert [name for name, found in fates.items() if found] == ([] if fate == "open" else [fate])


def test_a_trouble_that_comes_back_soon_is_the_same_alarm() -> None:
    result = changes([alarm(DOWN, quiet_since=NOW - QUIET / 2)], [DOWN], sources=None, now=NOW)
    assert (len(result.kept), result.raised) == (1, [])


def test_alarms_of_sources_that_were_not_looked_at_stay() -> None:
    other = Trouble(source="daily", name="failing", subject="", summary="THE LAST RUN FAILED")
    result = changes([alarm(other)], [], sources={"courier", MACHINE}, now=NOW)
    assert result == changes([], [], sources=None, now=NOW)


def test_each_host_has_an_alarm_of_its_own_and_one_that_a_person_took_down_has_none() -> None:
    hosts = [
        host(url="http://a.example", state="open", reason="seizure"),
        host(url="http://b.example", state="open", reason=None),
        host(url="http://c.example", state="open", ruling="down", reason=None),
    ]
    seen = troubles(row(hosts=hosts), NOW)
    assert [trouble.subject for trouble in seen if trouble.name == "host down"] == [
        "http://a.example",
        "http://b.example",
    ]
    assert "no host up" in {trouble.name for trouble in seen}


def test_a_failed_run_says_why_and_a_wave_of_rejections_is_told_apart() -> None:
    reason = "11 of 20 pages were rejected (over 50%): mirrorwire rejections"
    seen = troubles(row(failed_in_a_row=1, runs=[run(state="failed", failures=[reason])]), NOW)
    assert {trouble.name: trouble.summary for trouble in seen} == {
        "failing": f"THE LAST RUN FAILED: {reason}",
        "many rejected": reason,
    }


def test_what_a_check_says_of_low_volume_is_an_alarm() -> None:
    days = [DayFacts(days_ago=n, links=3 if n == 0 else 100, watched=True) for n in range(6)]
    (warning,) = checks._volume(_live(), days)
    assert named(runs=[run(warnings=[warning])]) == {"low volume"}


def test_what_a_check_says_of_a_wave_of_rejections_is_an_alarm() -> None:
    source = (ROOT / "etl/mirrorwire/pipeline/checks.py").read_text(encoding="utf-8")
    assert "pages were rejected (over " in source


def test_the_worst_comes_first_and_a_source_that_is_well_has_no_trouble() -> None:
    facts: dict[str, Any] = {
        "failed_in_a_row": 2,
        "feed_gaps": [{"seed": "/rss.xml"}, {"seed": "/rss.xml"}],
        "silent_seeds": [{"seed": "/front", "detail": "500"}],
        "bugs": [{"place": "a.py:1 in f", "items": 2}],
    }
    seen = troubles(row(**facts), NOW)
    assert [trouble.name for trouble in seen] == ["failing", "seed silent", "feed gap", "bug"]
    assert troubles(row(), NOW) == []
    assert {trouble.name for trouble in seen} <= set(NAMES)


@pytest.mark.parametrize(
    ("free", "total", "nearly_full"),
    [
        (10 * GIB, 4000 * GIB, True),
        (30 * GIB, 4000 * GIB, False),
        (2 * GIB, 10 * GIB, False),
        (GIB - 1, 10 * GIB, True),
    ],
)
def test_a_disk_is_nearly_full(free: int, total: int, nearly_full: bool) -> None:
    trouble = disk_trouble("/data", free, total)
    assert (trouble is not None) == nearly_full
    assert trouble is None or (trouble.source, trouble.name) == (MACHINE, "disk nearly full")


def test_after_a_message_the_next_one_waits() -> None:
    assert may_tell(None, NOW)
    assert not may_tell(NOW - GROUP / 2, NOW)
    assert may_tell(NOW - GROUP, NOW)


def _live() -> Run:
    from mirrorwire.core.records import Run

    return Run(
        run_id=1,
        source="courier",
        kind="live",
        external_id="x",
        window=None,
        all_seeds=True,
        sweep=False,
        revisit=False,
    )
