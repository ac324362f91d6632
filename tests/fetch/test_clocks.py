"""One run under a clock that is a year ahead, then others under the right one: nothing waits for a year."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mirrorwire.core.config import Settings, find_source
from mirrorwire.store import breakers, db, frontier
from tests.conftest import Ran
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, feed, source_file

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]
AHEAD = """
    UPDATE host SET requested_at = requested_at + interval '1 year',
                    next_request_at = next_request_at + interval '1 year',
                    resting_until = greatest(resting_until, now() + interval '1 year');
    UPDATE robots SET fetched_at = fetched_at + interval '1 year', good_until = good_until + interval '1 year';
    UPDATE run SET started_at = started_at + interval '1 year', finished_at = finished_at + interval '1 year';
    UPDATE seed_poll SET polled_at = polled_at + interval '1 year';
    UPDATE attempt SET started_at = started_at + interval '1 year';
    UPDATE capture SET fetched_at = fetched_at + interval '1 year';
    UPDATE seed_document SET read_at = read_at + interval '1 year', whole_at = whole_at + interval '1 year';
    UPDATE link SET revisit_at = revisit_at + interval '1 year' WHERE revisit_at IS NOT NULL;
    UPDATE link SET next_try_at = now() + interval '1 year' WHERE state = 'pending';
    UPDATE breaker SET probe_at = now() + interval '1 year', probed_at = now() + interval '1 year'
"""


def a_year_ahead(rows: Rows) -> None:
    """Have all that was written until now be written by a clock that was a year ahead."""
    for statement in AHEAD.strip().split(";"):
        rows(f"{statement} RETURNING 1")


def test_a_run_of_next_year_keeps_no_later_one_from_anything(
    settings: Settings, daily: Publisher, mirrorwire: Run, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=(("feed", "/rss.xml"),))
    daily.routes["/rss.xml"] = Reply(body=feed(1, 2), etag=True)
    daily.page(1)
    daily.routes["/Detail/2026/11/20/2/story"] = Reply(status=500)
    ingest(settings, live=True)
    a_year_ahead(rows)
    daily.routes["/rss.xml"] = Reply(body=feed(1, 2, 3), etag=True)
    daily.page(2)
    daily.page(3)
    done = ingest(settings, live=True)
    assert (done.failures, done.warnings, done.left) == ((), (), [])
    assert len(rows("SELECT FROM articles")) == 3
    assert daily.paths("/robots.txt").count("/robots.txt") == 2, "the one of next year is no good"
    assert rows("SELECT FROM host WHERE next_request_at > now() + interval '1 hour'") == []
    daily.routes["/rss.xml"] = Reply(status=500)
    assert ingest(settings, live=True).failures
    shown = mirrorwire("status", "daily", "--format", "table").out
    assert "THE LAST RUN FAILED" in shown and "LEFT ALONE" not in shown
    (row,) = json.loads(mirrorwire("status", "daily", "--format", "json").out)["sources"]
    assert row["runs"][0]["state"] == "failed"
    assert row["hosts"][0]["failures_in_a_row"] >= 1, "and not what happened next year"


def test_an_open_breaker_of_next_year_is_probed_now(settings: Settings, daily: Publisher, rows: Rows) -> None:
    source_file(settings.home / "sources", daily, seeds=(("feed", "/rss.xml"),))
    daily.routes["/rss.xml"] = Reply(body=feed(1), etag=True)
    daily.page(1)
    ingest(settings, live=True)
    rows("INSERT INTO breaker (host_id) SELECT host_id FROM host ON CONFLICT DO NOTHING RETURNING 1")
    rows("UPDATE breaker SET state = 'open' RETURNING 1")
    a_year_ahead(rows)
    with db.connect(settings.database_url or "") as conn:
        source = find_source(settings, "daily")
        assert [known.probe_in_s for known in breakers.known_breakers(conn, source).values()] == [0]
        (host_id,) = frontier.host_ids(conn, source).values()
        assert breakers.claim_probe(conn, host_id, urgent=False)
        assert not breakers.claim_probe(conn, host_id, urgent=False), "it is another worker's for a minute"
    rows("UPDATE breaker SET probe_at = '-infinity' RETURNING 1")
    assert ingest(settings, live=True).failures == ()


def test_a_look_that_was_dated_next_year_is_made_once_and_no_more(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    file = source_file(settings.home / "sources", daily, seeds=(("feed", "/rss.xml"),))
    file.write_text('revisits = ["1h", "1d"]\n' + file.read_text())
    daily.routes["/rss.xml"] = Reply(body=feed(1), etag=True)
    page = daily.page(1)
    ingest(settings, live=True)
    rows("UPDATE link SET revisit_at = now() + interval '1 hour' RETURNING 1")
    a_year_ahead(rows)
    for _ in range(2):
        ingest(settings, live=True)
    assert daily.paths(page) == [page] * 2
