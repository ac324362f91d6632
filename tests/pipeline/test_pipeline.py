"""The main job over real HTTP and a real Postgres: what is loaded, once, whatever happens on the way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.archive import ArchiveAway
from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import RunFailed, WrongUse
from mirrorwire.http.guard import Refused, check_url
from mirrorwire.pipeline import extract_batch, passes
from mirrorwire.pipeline import steps as pipeline
from mirrorwire.store import db, extractions, frontier, ledger
from tests.conftest import EARLIER, NEWEST, NEWSROOM_DAY, courier_file, environment
from tests.newsroom import Newsroom
from tests.support.command_forks import Running
from tests.support.ingest import ingest, tear_last_page

Rows = Callable[..., list[dict[str, Any]]]
Begin = Callable[..., Running]


def backfill(settings: Settings, since: str, until: str) -> passes.PassResult:
    return ingest(settings, "courier", kind="backfill", since=since, until=until)


def stock(rows: Rows) -> list[dict[str, Any]]:
    """All that must not depend on how the run went: no ids, no clock."""
    return rows(
        "SELECT article_key, canonical_url, title, lead, text, authors, published_at, section, tags, language, image, "
        "version, cluster_id, gone_at IS NULL AS stands FROM articles ORDER BY article_key"
    )


def keys(newsroom: Newsroom) -> set[str]:
    return {f"courier:{article.id}" for article in newsroom.articles}


def test_everything_that_the_seeds_list_is_loaded_once(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    done = ingest(settings, "courier")
    assert (done.failures, done.left) == ((), [])
    found = {row["article_key"]: row for row in rows("SELECT * FROM articles")}
    assert found.keys() == keys(newsroom)
    for article in newsroom.articles:
        row = found[f"courier:{article.id}"]
        assert row["title"] == article.title
        assert row["section"] == f"News / {article.section}"
        assert row["published_at"] == article.published
        assert row["published_at_assumed"]
        assert tuple(row["authors"]) == tuple(article.authors)
        assert row["served_by"] == newsroom.primary.origin
        assert row["version"] == 1
        assert all(paragraph in row["text"] for paragraph in article.paragraphs[:2])


@contextmanager
def left_to_extract() -> Iterator[None]:
    """Have pages that are fetched wait for the step `extract`, as where the source's rules change meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mirrorwire.fetch.keep_reading.keep_extraction", lambda *_, **__: False)
        yield


TAIL = "can also be accessed at the following alternate addresses"


@pytest.mark.parametrize("tasks", [1, 2])
def test_the_alternate_addresses_are_in_no_text_after_the_first_poll(
    settings: Settings, newsroom: Newsroom, rows: Rows, tasks: int
) -> None:
    run_id = opened(settings)
    with left_to_extract():
        steps(settings, run_id, "discover", "fetch")
    claim = extract_batch.extractions.claim_captures
    with ThreadPoolExecutor(tasks) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            extract_batch.extractions, "claim_captures", lambda conn, run, size, version: claim(conn, run, 7, version)
        )
        extracted = list(pool.map(lambda n: pipeline.extract(settings, run_id, n, now=datetime.now(UTC)), range(1, 5)))
    assert sum(each.get("article", 0) for each in extracted) == NEWEST
    steps(settings, run_id, "learn", "dedupe", "load")
    assert len(stock(rows)) == NEWEST
    assert [row["article_key"] for row in stock(rows) if TAIL in row["text"]] == []
    assert [TAIL in row["text"] for row in rows("SELECT text FROM boilerplate WHERE learned")] == [True]
    assert {tuple(row["blocks"]) for row in rows("SELECT blocks FROM extraction")}


def test_a_poll_loads_what_the_feed_shows_and_a_backfill_what_it_could_not(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    ingest(settings, "courier", live=True)
    newest = {f"courier:{a.id}" for a in newsroom.articles if a.published.date() == NEWSROOM_DAY}
    assert {row["article_key"] for row in rows("SELECT article_key FROM articles")} == newest
    backfill(settings, f"{NEWSROOM_DAY - timedelta(days=3)}", f"{NEWSROOM_DAY}")
    days = {row["day"] for row in rows("SELECT published_at AT TIME ZONE 'Asia/Tehran' AS day FROM articles")}
    assert {day.date() for day in days} == {NEWSROOM_DAY - timedelta(days=n) for n in range(4)}


def test_running_again_asks_for_the_seeds_only_and_changes_no_row(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    ingest(settings, "courier")
    before, tables = stock(rows), _row_versions(rows)
    newsroom.primary.requests.clear()
    done = ingest(settings, "courier")
    assert stock(rows) == before
    assert _row_versions(rows) == tables
    assert done.counts["inserted"] == done.counts["revised"] == 0
    asked = [request.path for request in newsroom.primary.requests if "/Detail/" in request.path]
    assert asked == []


def _row_versions(rows: Rows) -> dict[str, str]:
    """What Postgres itself says of rows written: xmin moves with every version of a row."""
    tables = (
        "article",
        "article_version",
        "article_url",
        "article_author",
        "article_tag",
        "image",
        "signature",
        "extraction",
    )
    return {
        table: rows(f"SELECT md5(string_agg(xmin::text || t::text, ',' ORDER BY t::text)) AS sum FROM {table} t")[0][
            "sum"
        ]
        for table in tables
    }


def test_what_changes_later_becomes_versions_and_what_goes_is_marked(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    ingest(settings, "courier")
    first = {row["article_key"]: row for row in stock(rows)}
    newsroom.later = True
    done = ingest(settings, "courier", revisit=True)
    second = {row["article_key"]: row for row in stock(rows)}
    assert second.keys() == first.keys()
    assert done.counts["revised"] == sum(row["version"] == 2 for row in second.values()) == 4
    gone = {key for key, row in second.items() if not row["stands"]}
    assert gone == first.keys() - keys(newsroom)
    assert all(second[key]["text"] == first[key]["text"] for key in gone), "what is gone keeps its text"


def test_a_new_title_in_the_feed_asks_for_the_page_again(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    ingest(settings, "courier", live=True)
    titles = {f"courier:{a.id}": a.title for a in newsroom.articles}
    newsroom.later = True
    ingest(settings, "courier", live=True)
    retitled = {f"courier:{a.id}" for a in newsroom.articles if titles[f"courier:{a.id}"] != a.title}
    revised = {row["article_key"] for row in rows("SELECT article_key FROM articles WHERE version > 1")}
    assert retitled & revised


@pytest.mark.parametrize(
    "fault", ["refuse", "500", "seizure", "seizure-image", "challenge-200", "404", "front-page", "redirect-loop"]
)
def test_the_mirror_serves_when_the_primary_does_not(
    settings: Settings, newsroom: Newsroom, rows: Rows, fault: str
) -> None:
    newsroom.primary.fault = fault
    done = ingest(settings, "courier")
    assert (done.failures, done.left) == ((), [])
    found = rows("SELECT article_key, served_by, title FROM articles")
    assert {row["article_key"] for row in found} == keys(newsroom)
    assert {row["served_by"] for row in found} == {newsroom.mirror.origin}
    assert rows("SELECT count(*) AS n FROM rejection")[0]["n"] == 0


def test_a_primary_that_comes_back_makes_no_second_article(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    newsroom.primary.fault = "seizure"
    ingest(settings, "courier")
    newsroom.primary.fault = None
    done = ingest(settings, "courier", revisit=True)
    found = rows("SELECT article_key, version, urls FROM articles")
    assert len(found) == len(newsroom.articles)
    assert {row["version"] for row in found} == {1}
    assert done.counts["revised"] == 0


def test_hosts_that_are_all_down_fail_the_run_and_lose_nothing(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    ingest(settings, "courier", live=True)
    newsroom.primary.fault = newsroom.mirror.fault = "500"
    done = ingest(settings, "courier")
    assert any("no usable seed" in reason for reason in done.failures)
    newsroom.primary.fault = newsroom.mirror.fault = None
    assert ingest(settings, "courier").failures == ()
    assert len(stock(rows)) == len(newsroom.articles)


def test_a_page_that_no_host_serves_waits_and_is_listed(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    lost = newsroom.articles[0].path.rsplit("/", 1)[0]
    newsroom.primary.fault = newsroom.mirror.fault = lambda path: "500" if path.startswith(lost) else None
    done = ingest(settings, "courier")
    assert [link["state"] for link in done.left] == ["pending"]
    assert "500" in done.left[0]["last_problem"]
    waiting = rows("SELECT tries, next_try_at > now() AS later FROM link WHERE state = 'pending'")
    assert waiting == [{"tries": 1, "later": True}]
    newsroom.primary.fault = newsroom.mirror.fault = None
    rows("UPDATE link SET next_try_at = now() WHERE state = 'pending' RETURNING 1")
    assert ingest(settings, "courier").left == []
    assert len(stock(rows)) == len(newsroom.articles)


def test_a_seizure_on_every_host_is_a_rejection_and_no_article(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    newsroom.primary.fault = newsroom.mirror.fault = lambda path: "seizure" if "/Detail/" in path else None
    done = ingest(settings, "courier")
    assert any("all hosts are down" in reason for reason in done.failures)
    assert stock(rows) == []
    assert {row["verdict"] for row in rows("SELECT verdict FROM rejection")} == {"seizure"}
    newsroom.primary.fault = newsroom.mirror.fault = None
    rows("UPDATE link SET next_try_at = now() RETURNING 1")
    ingest(settings, "courier")
    assert len(stock(rows)) == len(newsroom.articles)
    assert rows("SELECT * FROM rejection") == []


@pytest.mark.parametrize("fault", ["empty", "binary", "huge", "truncated-gzip"])
def test_one_bad_page_takes_nothing_with_it(settings: Settings, newsroom: Newsroom, rows: Rows, fault: str) -> None:
    bad = newsroom.articles[3].path.rsplit("/", 1)[0]
    newsroom.primary.fault = newsroom.mirror.fault = lambda path: fault if path.startswith(bad) else None
    done = ingest(settings, "courier")
    assert done.failures == ()
    assert len(stock(rows)) == len(newsroom.articles) - 1
    recorded = rows("SELECT verdict FROM rejection") or rows("SELECT last_problem FROM link WHERE state = 'pending'")
    assert len(recorded) == 1


def test_a_title_with_u0000_is_cleaned_and_its_batch_is_kept(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    newsroom.primary.fault = "nul-title"
    done = ingest(settings, "courier")
    assert done.failures == ()
    assert len(stock(rows)) == len(newsroom.articles)


def test_a_feed_without_overlap_is_a_gap(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    backfill(settings, f"{NEWSROOM_DAY - timedelta(days=2)}", f"{NEWSROOM_DAY}")
    # The poll before showed only items that the feed has dropped since: as after two days of downtime.
    shown = "INSERT INTO link_hint (link_id, seed, seen_at) SELECT link_id, '/rss.xml', now() FROM link RETURNING 1"
    assert rows(shown)
    ingest(settings, "courier", live=True)
    ingest(settings, "courier", live=True)
    polls = rows(
        "SELECT gap, known FROM seed_poll WHERE outcome IN ('read', 'unchanged') AND seed = '/rss.xml' ORDER BY 1 DESC"
    )
    assert polls == [{"gap": True, "known": 0}, {"gap": False, "known": 0}], "the second poll is answered 304"
    assert any("feed gap" in warning for row in rows("SELECT warnings FROM run") for warning in row["warnings"])


@pytest.mark.parametrize(
    ("fault", "said"), [("feed-html", "an HTML page"), ("feed-cut", "cut off"), ("sitemap-cut", "cut off")]
)
def test_a_damaged_seed_is_said_and_what_it_held_is_read(
    settings: Settings, newsroom: Newsroom, rows: Rows, fault: str, said: str
) -> None:
    newsroom.primary.fault = newsroom.mirror.fault = fault
    done = ingest(settings, "courier")
    assert done.failures == ()
    assert said in " ".join(row["detail"] or "" for row in rows("SELECT detail FROM seed_poll"))
    assert stock(rows), "the other seed, or the part that was whole, is loaded"
    newsroom.primary.fault = newsroom.mirror.fault = None
    ingest(settings, "courier")
    assert len(stock(rows)) == len(newsroom.articles), "a damaged copy's validators must not hide the rest"


def test_windows_that_cannot_be_meant_are_refused(settings: Settings) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=3)
    with pytest.raises(WrongUse, match="empty"):
        backfill(settings, "2026-11-20", "2026-11-20")
    with pytest.raises(WrongUse, match="future"):
        backfill(settings, f"{tomorrow:%Y-%m-%d}", f"{tomorrow + timedelta(days=1):%Y-%m-%d}")
    with pytest.raises(WrongUse, match="neither a date"):
        backfill(settings, "yesterday", "2026-11-20")


def test_a_window_that_no_seed_reaches_says_not_covered(settings: Settings) -> None:
    done = backfill(settings, "2020-01-01", "2020-01-02")
    assert any("not covered" in reason for reason in done.failures)


def test_a_daily_interval_means_the_calendar_day_of_the_source(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    day = datetime(2026, 11, 18, tzinfo=UTC)
    run_id = pipeline.open_run(
        settings,
        "courier",
        kind="backfill",
        external_id="backfill_courier/x",
        interval=(day, day + timedelta(days=1)),
        now=datetime.now(UTC),
    )
    found = rows("SELECT window_since, window_until, interval_start FROM run WHERE run_id = %s", run_id)[0]
    assert found["window_since"] == datetime(2026, 11, 17, 20, 30, tzinfo=UTC)
    assert found["window_until"] == datetime(2026, 11, 18, 20, 30, tzinfo=UTC)
    assert found["interval_start"] == day


def test_the_same_external_id_is_the_same_run(settings: Settings) -> None:
    def opened() -> int:
        return pipeline.open_run(settings, "courier", kind="live", external_id="x", now=datetime.now(UTC))

    assert opened() == opened()


def test_check_fails_a_run_whose_steps_did_not_finish(settings: Settings) -> None:
    now = datetime.now(UTC)
    run_id = pipeline.open_run(settings, "courier", kind="live", external_id="half", now=now)
    pipeline.discover(settings, run_id, now=now)
    with pytest.raises(RunFailed, match="never ran: fetch, extract, learn, dedupe, load"):
        pipeline.check(settings, run_id, now=now)


def test_two_runs_at_once_fetch_each_page_once(
    settings: Settings, begin: Begin, newsroom: Newsroom, rows: Rows
) -> None:
    both = [begin("ingest", "courier") for _ in range(2)]
    ends = [command.wait() for command in both]
    assert [end.code for end in ends] == [0, 0], [end.err for end in ends]
    asked = [request.path for request in newsroom.primary.requests if "/Detail/" in request.path]
    assert len(asked) == len(set(asked)) == len(newsroom.articles)
    assert len(stock(rows)) == len(newsroom.articles)


def test_a_backfill_waits_for_the_pages_that_another_run_is_fetching_and_has_them_too(
    settings: Settings, begin: Begin, newsroom: Newsroom, rows: Rows
) -> None:
    day = [f"{NEWSROOM_DAY}", f"{NEWSROOM_DAY + timedelta(days=1)}"]
    other = opened(settings, kind="backfill", since=day[0], until=day[1])
    steps(settings, other, "discover")
    with db.connect(settings.database_url or "") as conn:
        taken = frontier.claim_links(conn, ledger.find_run(conn, other), 100)
        assert len(taken) == NEWEST
        waiting = begin("backfill", "courier", "--since", day[0], "--until", day[1])
        has_looked = "SELECT FROM run_step WHERE run_id > %s AND step = 'fetch' AND finished_at IS NOT NULL"
        while conn.execute(has_looked, [other]).fetchone() is None and not waiting.has_ended():
            time.sleep(0.1)
        frontier.give_back(conn, taken[1:])
    # The session that held the first link has ended, and its lease with it.
    end = waiting.wait()
    assert (end.code, len(stock(rows))) == (0, NEWEST), end.err


def test_links_given_back_after_a_run_looked_for_some_are_still_to_be_fetched(
    settings: Settings, newsroom: Newsroom
) -> None:
    run_id = opened(settings, kind="backfill", since=f"{NEWSROOM_DAY}", until=f"{NEWSROOM_DAY + timedelta(days=1)}")
    steps(settings, run_id, "discover")
    with db.connect(settings.database_url or "") as conn, db.connect(settings.database_url or "") as other:
        taken = frontier.claim_links(other, ledger.find_run(other, run_id), 100)
        assert frontier.claim_links(conn, ledger.find_run(conn, run_id), 100) == []
        assert frontier.count_open(conn, run_id) == (NEWEST, 0)
        frontier.give_back(other, taken[1:])
        assert frontier.count_open(conn, run_id) == (1, NEWEST - 1)
        assert len(frontier.claim_links(conn, ledger.find_run(conn, run_id), 100)) == NEWEST - 1
        assert frontier.count_open(conn, run_id) == (1, 0), "a session's own links are neither"


def steps(settings: Settings, run_id: int, *names: str) -> None:
    for name in names:
        getattr(pipeline, name)(
            settings, run_id, *((1,) if name in ("fetch", "extract") else ()), now=datetime.now(UTC)
        )


def opened(settings: Settings, **more: Any) -> int:
    given = {"kind": "live", "external_id": f"test {more}", "now": datetime.now(UTC)} | more
    return pipeline.open_run(settings, "courier", **given)


def test_a_run_that_died_after_discovery_leaves_its_links_to_whoever_comes(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    steps(settings, opened(settings), "discover")
    day = {"kind": "backfill", "since": f"{NEWSROOM_DAY}", "until": f"{NEWSROOM_DAY + timedelta(days=1)}"}
    steps(settings, opened(settings, **day), "discover")  # and that one dies too
    assert ingest(settings, "courier", live=True).counts["inserted"] == NEWEST, "the feed answers 304, and yet"
    assert rows("SELECT * FROM link_want") == []


def test_pages_that_another_run_is_reading_again_are_waited_for_before_the_load(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    run_id = opened(settings)
    steps(settings, run_id, "discover", "fetch")
    rows("UPDATE capture SET read_again = 'learned', extractor_version = 0 WHERE link_id IS NOT NULL RETURNING 1")
    with db.connect(settings.database_url or "") as other, ThreadPoolExecutor(1) as pool:
        assert len(extractions.claim_learned(other, ledger.find_run(other, run_id), 100)) == NEWEST
        learning = pool.submit(pipeline.learn, settings, run_id, now=datetime.now(UTC))
        time.sleep(2)
        assert not learning.done()
        other.close()  # dead, it holds nothing
        assert learning.result(timeout=60)["read_again"] == NEWEST


def test_a_pass_by_hand_loads_in_another_round_what_another_run_held_as_it_loaded(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    steps(settings, opened(settings), "discover", "fetch", "extract", "learn")
    with db.connect(settings.database_url or "") as other, ThreadPoolExecutor(1) as pool:
        with other.transaction():
            held = other.execute("SELECT 1 FROM extraction WHERE verdict = 'article' FOR UPDATE").fetchall()
            assert len(held) == NEWEST
            ingesting = pool.submit(ingest, settings, "courier", live=True)
            ended = "SELECT 1 FROM run_step WHERE step = 'load' AND finished_at IS NOT NULL"
            while not ingesting.done() and not rows(ended):
                time.sleep(0.1)
            assert stock(rows) == []
        done = ingesting.result(timeout=60)
    assert (done.failures, done.counts["inserted"], len(stock(rows))) == ((), NEWEST, NEWEST)


def test_a_run_is_not_idle_after_one_that_died_as_it_loaded(
    settings: Settings, newsroom: Newsroom, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("mirrorwire.pipeline.load_step.search.index", dies)
        with pytest.raises(KeyboardInterrupt):
            ingest(settings, "courier", live=True)
    assert rows("SELECT * FROM article_search") == []
    again = ingest(settings, "courier", live=True)
    assert (again.failures, len(rows("SELECT * FROM article_search"))) == ((), NEWEST)
    ingest(settings, "courier", live=True)
    (last,) = rows("SELECT counts FROM run_step WHERE step = 'discover' ORDER BY run_id DESC LIMIT 1")
    assert last["counts"]["idle"] == 1


def test_links_that_were_given_up_are_tried_again_by_a_backfill(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    newsroom.primary.fault = newsroom.mirror.fault = lambda path: "500" if "/Detail/" in path else None
    ingest(settings, "courier", live=True)
    rows("UPDATE link SET state = 'failed', tries = 8 RETURNING 1")
    newsroom.primary.fault = newsroom.mirror.fault = None
    done = backfill(settings, f"{NEWSROOM_DAY}", f"{NEWSROOM_DAY + timedelta(days=1)}")
    assert (done.counts["inserted"], done.left) == (NEWEST, [])


def test_a_lease_that_ran_out_under_its_worker_costs_no_second_request(
    settings: Settings, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontier, "LEASE_S", 0.2)
    run_id = opened(settings)
    steps(settings, run_id, "discover")
    newsroom.primary.requests.clear()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda n: pipeline.fetch(settings, run_id, n, now=datetime.now(UTC)), range(1, 4)))
    asked = [request.path for request in newsroom.primary.requests if "/Detail/" in request.path]
    assert len(asked) == len(set(asked)) == NEWEST


def test_an_archive_that_is_away_fails_the_step_and_rejects_nothing(settings: Settings, rows: Rows) -> None:
    run_id = opened(settings)
    with left_to_extract():
        steps(settings, run_id, "discover", "fetch")
    elsewhere = replace(settings, archive=str(settings.home / "elsewhere"))
    with pytest.raises(ArchiveAway, match="MIRRORWIRE_ARCHIVE"):
        steps(elsewhere, run_id, "extract")
    assert rows("SELECT * FROM rejection") == []
    steps(settings, run_id, "extract", "learn", "dedupe", "load")
    assert len(stock(rows)) == NEWEST


def test_a_record_that_is_torn_is_fetched_again(settings: Settings, rows: Rows) -> None:
    run_id = opened(settings)
    with left_to_extract():
        steps(settings, run_id, "discover", "fetch")
    tear_last_page(settings, rows)
    steps(settings, run_id, "extract")
    assert rows("SELECT verdict FROM rejection") == [{"verdict": "broken"}]
    ingest(settings, "courier", live=True)
    assert len(stock(rows)) == NEWEST


def test_an_extractor_that_changes_before_loading_loads_its_newest_reading_once(
    settings: Settings, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(settings)
    steps(settings, first, "discover", "fetch", "extract", "learn", "dedupe")
    for step in ("discover_step", "extract_step"):
        monkeypatch.setattr(f"mirrorwire.pipeline.{step}.EXTRACTOR_VERSION", 99)
    done = ingest(settings, "courier", live=True)
    assert (done.failures, done.counts["inserted"], done.counts["revised"]) == ((), NEWEST, 0)
    assert rows("SELECT DISTINCT extractor_version AS v FROM article_version") == [{"v": 99}]


def test_a_redirect_to_an_endless_url_is_refused_and_takes_nothing_with_it(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    assert guard_refuses("http://127.0.0.1/?" + "a" * 6000, settings)
    assert guard_refuses("http://127.0.0.1/?" + "\u00e9" * 700, settings)


def guard_refuses(url: str, settings: Settings) -> bool:
    try:
        check_url(url, find_source(settings, "courier"))
    except Refused as refused:
        return "over 2000 characters" in str(refused)
    return False


@pytest.mark.parametrize("kind", ["feed", "sitemap", "section"])
def test_a_window_before_everything_is_not_covered_by_any_kind_of_seed(
    settings: Settings, newsroom: Newsroom, tmp_path: Path, kind: str
) -> None:
    path = {
        "feed": "/rss.xml",
        "sitemap": f"/SiteMap/{NEWSROOM_DAY:%Y-%m}/sitemap-news-{NEWSROOM_DAY:%Y-%m}.xml",
        "section": "/Section/100/{page}",
    }
    file = courier_file(tmp_path / "sources", newsroom)
    seed = f'[[seeds]]\nkind = "{kind}"\npath = "{path[kind]}"\n'
    file.write_text(file.read_text().split("[[seeds]]")[0] + seed)
    done = backfill(settings, "2020-01-01", "2020-01-02")
    assert any("not covered" in reason for reason in done.failures), done


def test_the_days_of_a_window_that_no_seed_reaches_are_named(settings: Settings, rows: Rows) -> None:
    done = backfill(settings, f"{NEWSROOM_DAY - timedelta(days=6)}", f"{NEWSROOM_DAY - timedelta(days=3)}")
    assert (done.failures, done.counts["inserted"]) == ((), EARLIER)
    (run,) = rows("SELECT warnings FROM run")
    first, second = NEWSROOM_DAY - timedelta(days=6), NEWSROOM_DAY - timedelta(days=5)
    assert run["warnings"] == [f"not covered: {first}, {second} (no seed reaches so far)"]
    done = backfill(settings, f"{first}", f"{second}")
    assert any("not covered" in reason for reason in done.failures), "its month's sitemap is there, its day is not"


def test_a_step_that_raises_does_not_leave_its_run_running(settings: Settings, rows: Rows) -> None:
    (settings.home / "file").write_text("")
    done = ingest(replace(settings, archive=str(settings.home / "file")), "courier")
    assert len(done.failures) == 1, "what ends several steps is said once"
    (run,) = rows("SELECT state, failures FROM run")
    assert run["state"] == "failed"
    assert "FolderUnusable" in run["failures"][0]


@pytest.mark.slow
def test_killed_at_any_moment_and_run_again_gives_the_same_rows(
    settings: Settings, newsroom: Newsroom, rows: Rows, server: Settings, tmp_path: Path
) -> None:
    # Slow enough to be hit in every step: 65 pages at 20 ms and what comes behind.
    newsroom.publish_all()
    courier_file(tmp_path / "sources", newsroom, delay_s="0.02")
    for n in range(12):
        process = subprocess.Popen(
            [sys.executable, "-m", "mirrorwire.cli", "ingest", "courier"],
            env=environment(settings),
            stdout=subprocess.DEVNULL,
        )
        time.sleep(0.8 + 0.23 * n)
        process.send_signal(signal.SIGKILL)
        process.wait()
    done = ingest(settings, "courier")
    assert done.left == []
    killed = stock(rows)
    counts = rows(
        "SELECT (SELECT count(*) FROM article_version) AS versions, (SELECT count(*) FROM cluster) AS clusters"
    )
    assert len(killed) == len(newsroom.articles)
    assert counts == [{"versions": len(newsroom.articles), "clusters": len(newsroom.articles)}]
    assert all(row["title"] for row in killed)


def test_the_delay_of_a_host_holds_over_processes(begin: Begin, newsroom: Newsroom, tmp_path: Path) -> None:
    courier_file(tmp_path / "sources", newsroom, delay_s="0.1")
    commands = [begin("ingest", "courier") for _ in range(3)]
    assert all(command.wait().code in (0, 3) for command in commands)
    at = sorted(request.at_s for request in newsroom.primary.requests)
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert sum(gap < 0.05 for gap in gaps) <= len(gaps) * 0.05, sorted(gaps)[:10]


SECTIONED = """
[[seeds]]
kind = "section"
path = "/Section/100/{page}"
"""


@pytest.mark.parametrize("fault", [None, "seizure"])
def test_sections_are_walked_back_until_the_window_is_passed(
    settings: Settings, newsroom: Newsroom, rows: Rows, tmp_path: Path, fault: str | None
) -> None:
    newsroom.publish_all()
    path = courier_file(tmp_path / "sources", newsroom)
    path.write_text(path.read_text().split("[[seeds]]")[0] + SECTIONED)
    newsroom.primary.fault = fault
    day = NEWSROOM_DAY - timedelta(days=2)
    done = backfill(settings, f"{day}", f"{day + timedelta(days=1)}")
    assert done.failures == ()
    expected = {f"courier:{a.id}" for a in newsroom.articles if a.published.date() == day}
    assert {row["article_key"] for row in rows("SELECT article_key FROM articles")} == expected
    server = newsroom.mirror if fault else newsroom.primary
    pages = {request.path for request in server.requests if request.path.startswith("/Section/")}
    assert len(pages) < 7, "the listing goes on to pages that this window does not need"
