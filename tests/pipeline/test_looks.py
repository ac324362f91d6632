"""Scheduled looks at stored pages, over whole passes: what they ask for, when, and what they find."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import SourceFileError
from mirrorwire.core.records import RunKind
from mirrorwire.core.settings import REVISITS
from mirrorwire.pipeline import passes
from mirrorwire.pipeline.link_outcome import MAX_TRIES
from mirrorwire.store import db, queries, revisits
from tests.support.command_forks import Running
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, article, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]


def lately(rows: Rows, hours: float) -> None:
    """Have everything been served, and looked at, so many hours earlier."""
    rows("UPDATE capture SET fetched_at = fetched_at - %s * interval '1 hour' RETURNING 1", hours)
    rows("UPDATE link SET revisit_at = revisit_at - %s * interval '1 hour' RETURNING 1", hours)


def looks(publisher: Publisher) -> list[tuple[str, int, bool]]:
    return [(asked.path, asked.status, asked.conditional) for asked in publisher.asked if "/Detail/" in asked.path]


def path_of(n: int) -> str:
    """Of today: what is older when it is found is not looked at again."""
    return f"/Detail/{datetime.now(UTC):%Y/%m/%d}/{n}/story"


def publish(publisher: Publisher, n: int, was: str = "", now: str = "") -> str:
    body = article(n).replace("2026-11-20", f"{datetime.now(UTC):%Y-%m-%d}").replace(was, now)
    publisher.routes[path_of(n)] = Reply(body=body.encode(), etag=True)
    return path_of(n)


@pytest.fixture
def daily(settings: Settings) -> Iterator[Publisher]:
    """A publisher of three articles that its sitemap lists, with validators."""
    with publishing() as found:
        paths = [publish(found, n) for n in (1, 2, 3)]
        found.sitemap("/news.xml", *((path, None) for path in paths))
        source_file(settings.home / "sources", found, seeds=(("sitemap", "/news.xml"),))
        yield found


def take(settings: Settings, *, live: bool = True, revisit: bool = False) -> passes.PassResult:
    return ingest(settings, live=live, revisit=revisit)


def due_in_hours(rows: Rows) -> list[float | None]:
    found = rows(
        "SELECT DISTINCT round(extract(epoch FROM l.revisit_at - c.fetched_at) / 3600, 2) AS hours "
        "FROM link l JOIN capture c USING (link_id) WHERE c.payload_id IS NULL ORDER BY 1"
    )
    return [None if row["hours"] is None else float(row["hours"]) for row in found]


@pytest.mark.parametrize("live", [True, False])
def test_a_recent_article_is_looked_at_again_by_conditional_requests_on_a_widening_schedule(
    settings: Settings, daily: Publisher, rows: Rows, live: bool
) -> None:
    take(settings, live=live)
    assert due_in_hours(rows) == [1.0]
    captures = rows("SELECT count(*) AS n FROM capture WHERE link_id IS NOT NULL")
    for hours, then in ((1.5, 6.0), (5, 24.0), (20, 168.0), (150, None)):
        daily.asked.clear()
        take(settings, live=live)
        assert looks(daily) == [], "nothing is due"
        lately(rows, hours)
        done = take(settings, live=live)
        assert sorted(looks(daily)) == [(path_of(n), 304, True) for n in (1, 2, 3)]
        assert (done.failures, done.left, done.counts["revisited"]) == ((), [], 3)
        assert due_in_hours(rows) == [then]
    assert rows("SELECT count(*) AS n FROM capture WHERE link_id IS NOT NULL") == captures
    assert rows("SELECT max(versions) AS n, count(*) AS articles FROM article") == [{"n": 1, "articles": 3}]


def test_one_look_makes_good_for_all_that_were_missed(settings: Settings, daily: Publisher, rows: Rows) -> None:
    take(settings)
    lately(rows, 30)
    daily.asked.clear()
    take(settings)
    take(settings)
    assert len(looks(daily)) == 3
    assert due_in_hours(rows) == [168.0]


def test_a_look_finds_edits_and_removals_and_what_came_back(settings: Settings, daily: Publisher, rows: Rows) -> None:
    take(settings)
    second = path_of(2)
    kept = daily.routes.pop(second)
    publish(daily, 1, "told on Friday", "told on Monday")
    lately(rows, 2)
    done = take(settings)
    assert (done.counts["revisited"], done.counts["gone"]) == (2, 1)
    assert (done.counts["revised"], done.counts["articles_gone"]) == (1, 1)
    assert rows("SELECT article_key, versions, gone_at IS NULL AS stands FROM article ORDER BY 1") == [
        {"article_key": "daily:1", "versions": 2, "stands": True},
        {"article_key": "daily:2", "versions": 1, "stands": False},
        {"article_key": "daily:3", "versions": 1, "stands": True},
    ]
    daily.routes[second] = kept
    lately(rows, 5)
    take(settings)
    assert rows("SELECT gone_at FROM article WHERE gone_at IS NOT NULL") == []


def test_a_look_that_fails_changes_nothing_that_is_stored_and_is_no_noise(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    take(settings)
    path = path_of(2)
    daily.routes[path] = Reply(status=500)
    lately(rows, 2)
    done = take(settings)
    assert (done.failures, done.left) == ((), [])
    assert (done.counts["revisited"], done.counts["put_off"]) == (2, 1)
    (link,) = rows("SELECT state, tries, revisit_at > now() AS later FROM link WHERE article_key = 'daily:2'")
    assert link == {"state": "captured", "tries": 1, "later": True}
    for _ in range(MAX_TRIES + 2):
        rows("UPDATE link SET revisit_at = now() WHERE article_key = 'daily:2' AND tries > 0 RETURNING 1")
        done = take(settings)
        assert (done.failures, done.left) == ((), [])
    failed = [status for asked, status, _ in looks(daily) if asked == path and status == 500]
    assert len(failed) == MAX_TRIES, "then the schedule's next step is waited for"
    (link,) = rows(
        "SELECT state, tries, revisit_at > now() + interval '2 hours' AS later FROM link WHERE tries = 0 "
        "AND article_key = 'daily:2'"
    )
    assert link == {"state": "captured", "tries": 0, "later": True}
    assert rows("SELECT state FROM run WHERE state <> 'success'") == []


def test_all_looks_failing_alone_fail_no_run(settings: Settings, daily: Publisher, rows: Rows) -> None:
    take(settings)
    for n in (1, 2, 3):
        daily.routes[path_of(n)] = Reply(status=500)
    lately(rows, 2)
    assert take(settings).failures == ()


def test_new_articles_come_before_looks(settings: Settings, daily: Publisher, rows: Rows) -> None:
    take(settings)
    lately(rows, 2)
    path = publish(daily, 9)
    daily.sitemap("/news.xml", *((path_of(n), None) for n in (1, 2, 3, 9)))
    daily.asked.clear()
    take(settings)
    assert looks(daily)[0][0] == path
    assert len(looks(daily)) == 4


def test_a_poll_after_a_long_pause_is_not_flooded(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(settings)
    lately(rows, 100)
    monkeypatch.setattr(revisits.want_looks, "__defaults__", (2,))
    for expected in (2, 1, 0):
        daily.asked.clear()
        take(settings)
        assert len(looks(daily)) == expected


def test_backfills_revisits_and_windows_make_no_scheduled_look(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    take(settings)
    lately(rows, 2)
    daily.asked.clear()
    kinds: tuple[RunKind, ...] = ("live", "backfill")
    for kind in kinds:
        ingest(settings, kind=kind, since="2026-11-18", until="2026-11-19")
    assert looks(daily) == []


def test_what_was_old_when_it_was_found_is_not_looked_at(settings: Settings, daily: Publisher, rows: Rows) -> None:
    old = [f"/Detail/2019/11/20/{n}/story" for n in (11, 12)]
    for n, path in zip((11, 12), old, strict=True):
        daily.routes[path] = Reply(body=article(n).encode(), etag=True)
    daily.sitemap("/news.xml", *((path, None) for path in old))
    take(settings)
    assert len(rows("SELECT 1 FROM article")) == 2
    assert rows("SELECT 1 FROM link WHERE revisit_at IS NOT NULL") == []
    # Where the URL names no day, the page's own date tells.
    rows("UPDATE link SET day = NULL, revisit_at = now() RETURNING 1")
    rows("UPDATE article_version SET published_at = '2019-11-20' RETURNING 1")
    daily.asked.clear()
    take(settings)
    assert looks(daily) == []
    assert rows("SELECT 1 FROM link WHERE revisit_at IS NOT NULL") == []


def test_the_source_file_wins_over_the_setting_and_a_change_dates_looks_anew(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    take(settings)
    assert due_in_hours(rows) == [1.0]
    take(replace(settings, revisits=(timedelta(hours=3),)))
    assert due_in_hours(rows) == [3.0]
    path = settings.home / "sources" / "daily.toml"
    text = path.read_text()
    path.write_text('revisits = ["2h", "1d"]\n' + text)
    take(settings)
    assert due_in_hours(rows) == [2.0]
    path.write_text("revisits = []\n" + text)
    take(settings)
    assert due_in_hours(rows) == [None]
    lately(rows, 2)
    daily.asked.clear()
    take(settings)
    assert looks(daily) == []
    path.write_text(text)
    take(settings)
    assert due_in_hours(rows) == [6.0], "what is past is left out"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("", ()), ("none", ()), (" 90m, 2h ", (timedelta(minutes=90), timedelta(hours=2))), (None, REVISITS)],
)
def test_the_schedule_is_a_setting(said: str | None, meant: tuple[timedelta, ...]) -> None:
    env = {"MIRRORWIRE_HOME": "/tmp/nowhere"} | ({} if said is None else {"MIRRORWIRE_REVISITS": said})
    assert Settings.from_env(env).revisits == meant


@pytest.mark.parametrize("said", ["soon", "1h,", "6h,1h", "1h,1h", "0h", "-1h", "1h 6h", "400d", "1.5h", "1h," * 30])
def test_a_schedule_that_is_none_is_one_clear_line(mirrorwire: Callable[..., Any], said: str) -> None:
    done = mirrorwire("status", MIRRORWIRE_REVISITS=said)
    assert (done.code, done.out) == (2, "")
    assert "MIRRORWIRE_REVISITS" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("said", ['["soon"]', '["6h", "1h"]', '"1h"', "[1]"])
def test_a_source_file_with_a_wrong_schedule_is_refused_with_its_place(
    settings: Settings, daily: Publisher, said: str
) -> None:
    path = settings.home / "sources" / "daily.toml"
    path.write_text(f"revisits = {said}\n" + path.read_text())
    with pytest.raises(SourceFileError, match=r"daily.toml: revisits"):
        find_source(settings, "daily")


def test_finding_what_is_due_among_many_links_reads_an_index(settings: Settings, rows: Rows) -> None:
    ingest(settings, "courier")
    with db.connect(settings.database_url or "") as conn:
        conn.execute(
            "INSERT INTO link (source_key, article_key, url, day, state, discovered_at, discovered_by, revisit_at) "
            "SELECT 'courier', 'courier:many' || n, 'http://a/' || n, CASE WHEN n %% 2 = 0 THEN current_date END, "
            "'captured', now(), (SELECT min(run_id) FROM run), "
            "CASE WHEN n %% 50 = 0 THEN now() + n * interval '1 s' END "
            "FROM generate_series(1, 50000) n",
            [],
        )
        conn.execute("UPDATE link SET revisit_at = now() - interval '1 min' WHERE article_key LIKE 'courier:many%9000'")
        conn.execute("ANALYZE link")
        parameters = {"source": "courier", "run_id": 1, "most": 500}
        for name in ("revisits/want_looks", "revisits/drop_old_looks"):
            plan = conn.execute(b"EXPLAIN (ANALYZE, BUFFERS OFF) " + queries.statement(name), parameters).fetchall()
            text = "\n".join(line for (line,) in plan)
            assert "link_to_revisit" in text, text
            assert "Seq Scan on link" not in text, text


def test_looks_killed_at_any_moment_are_made_once_the_run_is_repeated(
    settings: Settings, daily: Publisher, rows: Rows, begin: Callable[..., Running]
) -> None:
    take(settings)
    daily.routes.pop(path_of(2))
    publish(daily, 3, "told on Friday", "told on Monday")
    lately(rows, 2)
    began = time.monotonic()
    for n in range(10):
        command = begin("ingest", "daily", "--live")
        time.sleep(0.1 + 0.1 * n)
        command.kill()
        command.wait()
    assert time.monotonic() - began < 60
    assert take(settings).left == []
    assert rows("SELECT article_key, versions, gone_at IS NULL AS stands FROM article ORDER BY 1") == [
        {"article_key": "daily:1", "versions": 1, "stands": True},
        {"article_key": "daily:2", "versions": 1, "stands": False},
        {"article_key": "daily:3", "versions": 2, "stands": True},
    ]
    assert due_in_hours(rows)[-1] == 6.0
    assert rows("SELECT state, count(*) AS n FROM link GROUP BY 1 ORDER BY 1") == [
        {"state": "captured", "n": 2},
        {"state": "gone", "n": 1},
    ]
