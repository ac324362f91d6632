"""What `status` and `status --check` say after whole runs over HTTP: the worst that is true, and nothing better."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.pipeline import steps
from mirrorwire.reports import listings, status_view
from mirrorwire.store import db
from tests.conftest import Ran
from tests.pipeline.test_looks import take
from tests.support.command_forks import Running
from tests.support.publisher import Publisher, Reply, feed, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
Mirrorwire = Callable[..., Ran]
Begin = Callable[..., Running]

THIN = b"<html><head><title>Story</title></head><body><h1>Story</h1><p>Read it in the app.</p></body></html>"


@pytest.fixture
def daily(settings: Settings) -> Iterator[Publisher]:
    """A publisher whose feed shows eleven articles."""
    with publishing() as found:
        for n in range(1, 12):
            found.page(n)
        found.routes["/rss.xml"] = Reply(body=feed(*range(1, 12), home=found.url), etag=True)
        source_file(settings.home / "sources", found, seeds=(("feed", "/rss.xml"),))
        yield found


def told(settings: Settings) -> dict[str, Any]:
    """What `status --format json` has of the source."""
    with db.connect(settings.database_url or "") as conn:
        return listings.status(conn, settings, "daily")[0]


def drawn(settings: Settings) -> str:
    return "\n".join(status_view.lines([told(settings)], now=datetime.now(UTC), width=120))


def headline(settings: Settings) -> str:
    return drawn(settings).splitlines()[2]


def problems(settings: Settings, source: str | None = None) -> list[str]:
    """What `status --check` prints."""
    with db.connect(settings.database_url or "") as conn:
        found = listings.status(conn, settings, source)
    return list(status_view.problems(found, now=datetime.now(UTC), asked_for=source is not None))


def by_schedule(settings: Settings) -> None:
    """A whole run as the scheduler starts it."""
    now = datetime.now(UTC)
    name = f"ingest_daily/scheduled__{now.isoformat()}@{now:%FT%TZ}"
    run_id = steps.open_run(settings, "daily", kind="live", external_id=name, now=now)
    for batch in steps.discover(settings, run_id, now=now):
        steps.fetch(settings, run_id, batch, now=now)
        steps.extract(settings, run_id, batch, now=now)
    for step in (steps.learn, steps.dedupe, steps.load, steps.check):
        step(settings, run_id, now=now)


def earlier(rows: Rows, interval: str) -> None:
    """Have every run been so much earlier."""
    for table in ("run", "run_step"):
        rows(
            f"UPDATE {table} SET started_at = started_at - %s::interval, finished_at = finished_at - %s::interval "
            "RETURNING 1",
            interval,
            interval,
        )


def test_a_source_whose_every_page_is_rejected_never_looks_well(settings: Settings, daily: Publisher) -> None:
    for path in [path for path in daily.routes if "/Detail/" in path]:
        daily.routes[path] = Reply(body=THIN)
    first = take(settings)
    assert first.failures == ("11 of 11 pages were rejected (over 50%): mirrorwire rejections",)
    second = take(settings)
    said = "no article yet: every page that daily ever gave was rejected (11 pages): mirrorwire rejections daily"
    assert (second.failures, second.warnings) == ((), (said,))
    assert headline(settings) == "daily: NO ARTICLE in 2 runs, 11 of 11 pages rejected"
    assert [each["name"] for each in told(settings)["conditions"]] == ["never loaded", "all rejected"]
    assert problems(settings) == ["daily: NO ARTICLE in 2 runs", "daily: 11 of 11 pages rejected"]


def test_a_source_that_gave_articles_and_gives_none_any_more_is_in_trouble(
    settings: Settings, daily: Publisher
) -> None:
    take(settings)
    for n in range(20, 80):
        daily.routes[daily.page(n)] = Reply(body=THIN)
    daily.routes["/rss.xml"] = Reply(body=feed(*range(20, 80), home=daily.url))
    take(settings)
    take(settings)
    assert headline(settings).startswith("daily: all of the last 50 pages rejected")
    assert problems(settings) == ["daily: all of the last 50 pages rejected"]


def test_a_dead_scheduler_is_said_first_and_fails_the_check(
    settings: Settings, daily: Publisher, mirrorwire: Mirrorwire, rows: Rows
) -> None:
    by_schedule(settings)
    done = mirrorwire("status", "--check")
    well = "all is well: 1 source read, none in trouble\n"
    assert (done.code, done.out) == (0, well), "nobody is woken for sources that were never read"
    assert headline(settings) == "daily: all hosts up"
    earlier(rows, "3 days")
    assert headline(settings) == "daily: LATE: no run for 3 days, one was due 2 days ago"
    assert "schedule */30 * * * *, in UTC: does the scheduler run?" in drawn(settings)
    done = mirrorwire("status", "--check")
    assert (done.code, done.out) == (1, "daily: LATE: no run for 3 days, one was due 2 days ago\n")
    take(settings)  # by hand: the source is fresh, whoever did it
    assert problems(settings) == []


def test_a_run_under_a_clock_that_is_ahead_hides_no_delay(settings: Settings, daily: Publisher, rows: Rows) -> None:
    by_schedule(settings)
    rows("UPDATE run SET started_at = started_at + interval '365 days' RETURNING 1")
    by_schedule(settings)
    earlier(rows, "3 days")
    (run,) = told(settings)["runs"]
    assert run["run_id"] == max(row["run_id"] for row in rows("SELECT run_id FROM run"))
    assert headline(settings).startswith("daily: LATE")


def test_what_people_read_by_hand_is_late_only_where_it_is_named(
    settings: Settings, daily: Publisher, mirrorwire: Mirrorwire, rows: Rows
) -> None:
    take(settings)
    earlier(rows, "3 days")
    assert headline(settings) == "daily: no run for 3 days, and none is scheduled: all came by hand"
    assert problems(settings) == []
    assert len(problems(settings, "daily")) == 1
    assert problems(settings, "courier") == ["courier: never read"]
    done = mirrorwire("status", "--check", "--format", "json")
    assert (done.code, "leave --format out" in done.err) == (2, True)


def half_way(begin: Begin, publisher: Publisher) -> Running:
    """A pass by hand that has a page half fetched."""
    publisher.routes["/Detail/2026/11/20/5/story"] = Reply(body=b"x" * 1000, drip_s=0.1)
    command = begin("ingest", "daily")
    deadline = time.monotonic() + 60
    while "/Detail/2026/11/20/5/story" not in publisher.begun:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return command


def test_a_pass_that_was_interrupted_did_not_fail(
    settings: Settings, begin: Begin, daily: Publisher, rows: Rows
) -> None:
    command = half_way(begin, daily)
    command.send_signal(signal.SIGINT)
    assert command.wait().code == 130
    shown = drawn(settings)
    assert "KeyboardInterrupt" not in shown
    assert "FAILED" not in shown
    assert "a run was interrupted, not finished" in shown.splitlines()[2]
    assert "last live run: interrupted, not finished, " in shown
    assert "fetch 1: interrupted; run again, it goes on from there" in shown
    assert rows("SELECT error FROM run_step WHERE error IS NOT NULL") == [{"error": "interrupted"}]


def test_a_pass_that_was_killed_broke_off(settings: Settings, begin: Begin, daily: Publisher, rows: Rows) -> None:
    command = half_way(begin, daily)
    assert "last live run: running, begun" in drawn(settings)
    earlier(rows, "1 hour")
    assert not told(settings)["runs"][0]["broke_off"], "its session is alive, however long it takes"
    command.kill()
    command.wait()
    shown = drawn(settings)
    assert "a run broke off" in shown.splitlines()[2]
    assert "last live run: broke off, begun 60 min ago" in shown
    assert "nobody works on it any more; run again, it goes on from there" in shown
    assert told(settings)["runs"][0]["broke_off"]


def test_a_pass_counts_the_same_things_every_time(settings: Settings, daily: Publisher, mirrorwire: Mirrorwire) -> None:
    first, second = (json.loads(mirrorwire("ingest", "daily", "--format", "json").out)[0] for _ in range(2))
    assert list(first) == list(second)
    wanted = (
        "captured",
        "postponed",
        "failed",
        "gone",
        "inserted",
        "revised",
        "unchanged",
        "article",
        "broken",
        "left",
    )
    assert {name: first[name] for name in wanted} == dict.fromkeys(wanted, 0) | {
        "captured": 11,
        "inserted": 11,
        "article": 11,
    }
    assert {name: second[name] for name in wanted} == dict.fromkeys(wanted, 0)
    shown = mirrorwire("ingest", "daily", "--format", "table").out
    assert "captured" in shown and "parking" not in shown


def test_a_hosts_share_is_of_the_articles_that_there_are(settings: Settings, daily: Publisher) -> None:
    take(settings)
    shown = drawn(settings)
    assert "served 11 of 11 articles, and 11 pages in the last day" in shown


def test_links_that_wait_for_their_first_try_are_listed(
    settings: Settings, daily: Publisher, mirrorwire: Mirrorwire
) -> None:
    now = datetime.now(UTC)
    run_id = steps.open_run(settings, "daily", kind="live", external_id="cli:x", now=now)
    steps.discover(settings, run_id, now=now)
    links = [json.loads(line) for line in mirrorwire("links", "daily", "--all").out.splitlines()]
    assert [(link["state"], link["tries"]) for link in links] == [("pending", 0)] * 11
