"""A feed that answers and shows nothing new for much longer than usual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.humanize import span
from mirrorwire.pipeline.checks import verdict_on
from mirrorwire.pipeline.standstill import Standstill, standstills
from mirrorwire.store import db, ledger
from mirrorwire.store.ledger import NewsFacts
from tests.conftest import Ran
from tests.newsroom import Newsroom
from tests.pipeline.test_checks import DONE, GOOD, LIVE, READ, USUAL

Rows = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def news(*hours_ago: float, reads: int = 20) -> NewsFacts:
    news_at = [NOW - timedelta(hours=hours) for hours in hours_ago]
    return NewsFacts(source="daily", seed="/rss.xml", news_at=news_at, read_at=NOW, read_since=reads)


@pytest.mark.parametrize(
    ("facts", "stands"),
    [
        (news(*range(30, 50)), True),
        (news(*range(23, 50)), False),  # a night
        (news(*range(0, 50)), False),
        (news(*range(30, 35)), False),  # young
        (news(*range(30, 50), reads=2), False),  # nobody looked
        (news(*range(240, 2400, 24)), False),
        (news(*range(245, 2400, 24)), True),
        (news(30, 31, 32, 33, 50, 51, 52), False),  # quiet for 17 hours before
        (news(37, 38, 39, 40, 57, 58, 59), True),
        (news(), False),
    ],
)
def test_ten_times_the_usual_and_twice_the_longest_quiet_is_a_standstill(facts: NewsFacts, stands: bool) -> None:
    found = list(standstills([facts], {"/rss.xml"}))
    assert bool(found) is stands
    assert list(standstills([facts], {"/other.xml"})) == []


def test_a_poll_tells_it_and_a_window_does_not() -> None:
    stale = Standstill(seed="/rss.xml", since=NOW - timedelta(days=3), usual=timedelta(hours=3))
    _, warnings = verdict_on(
        LIVE, GOOD, steps=DONE, polls=(READ,), days=USUAL, standstills=[stale], zone=NOW.tzinfo, max_rejected=0.5
    )
    assert warnings == [
        "/rss.xml: nothing new since 2026-11-17 12:00 UTC, usually every 3 h; it answers, and may be stale"
    ]
    assert [span(timedelta(minutes=n)) for n in (40, 130, 10_000)] == ["40 min", "2 h", "6 days"]


def test_a_feed_that_stands_still_is_told_by_the_run_and_by_status(
    settings: Settings, newsroom: Newsroom, mirrorwire: Callable[..., Ran], rows: Rows
) -> None:
    assert mirrorwire("ingest", "courier").code == 0
    written = """
        WITH old AS (
            INSERT INTO run (source_key, kind, external_id, all_seeds, sweep, revisit, started_at, state)
            SELECT 'courier', 'live', 'old' || n, false, false, false, now() - n * interval '3 hours', 'success'
            FROM generate_series(1, 60) AS n RETURNING run_id, started_at)
        INSERT INTO seed_poll (run_id, seed, polled_at, outcome, links, known)
        SELECT run_id, '/rss.xml', started_at, 'unchanged', (started_at < now() - interval '4 days')::int, 0
        FROM old RETURNING 1"""
    rows("UPDATE seed_poll SET links = known, polled_at = polled_at - interval '4 days' RETURNING 1")
    rows(written)
    ran = mirrorwire("ingest", "courier")
    assert ran.code == 0
    with db.connect(settings.database_url or "") as conn:
        (facts,) = [each for each in ledger.news_of_seeds(conn, "courier") if each.seed == "/rss.xml"]
    assert len(facts.news_at) >= 6 and facts.read_since >= 30
    shown = mirrorwire("status", "courier", "--format", "table").out
    assert "a feed stands still" in shown
    assert "feeds that answer and show nothing new" in shown and "usually every 3 h" in shown
