"""Politeness as the servers see it: over all workers and runs, what is asked, how often, and how far apart."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.http.proxies import proxy_of
from mirrorwire.pipeline import steps
from mirrorwire.pipeline.link_outcome import MAX_TRIES
from mirrorwire.store import db, frontier, politeness, unserved, validators
from mirrorwire.store.politeness import HostResting
from tests.conftest import NEWEST, NEWSROOM_DAY, Ran, courier_file
from tests.newsroom import Newsroom
from tests.support.command_forks import Running
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
Begin = Callable[..., Running]
Run = Callable[..., Ran]
FEED, SITEMAP, SECTION = ("feed", "/rss.xml"), ("sitemap", "/sitemap.xml"), ("section", "/Section/100/{page}")


def seeded(folder: Path, newsroom: Newsroom, *seeds: tuple[str, str], **replaced: str) -> None:
    file = courier_file(folder, newsroom, **replaced)
    told = "".join(f'[[seeds]]\nkind = "{kind}"\npath = "{path}"\n' for kind, path in seeds)
    file.write_text(file.read_text().split("[[seeds]]")[0] + told)


@pytest.fixture
def other() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return tmp_path / "sources"


def listed(publisher: Publisher, *pages: str) -> None:
    publisher.sitemap("/map.xml", *((page, None) for page in pages))


# robots.txt, once for all


def test_two_runs_in_a_row_ask_for_robots_txt_once(mirrorwire: Run, newsroom: Newsroom) -> None:
    for _ in range(2):
        assert mirrorwire("ingest", "courier").code == 0
    assert [request.path for request in newsroom.primary.requests].count("/robots.txt") == 1


def test_robots_txt_is_asked_for_again_a_day_later_and_archived_each_time(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    ingest(settings, "courier", live=True)
    (kept,) = rows("SELECT extract(epoch FROM good_until - fetched_at) AS age_s, rules, outcome FROM robots")
    assert (float(kept["age_s"]), kept["rules"], kept["outcome"]) == (86_400, None, None)
    rows("UPDATE robots SET good_until = now() RETURNING 1")
    ingest(settings, "courier", live=True)
    assert [request.path for request in newsroom.primary.requests].count("/robots.txt") == 2
    archived = rows("SELECT status FROM capture WHERE url LIKE %s", "%/robots.txt")
    assert archived == [{"status": 404}] * 2


def test_a_robots_txt_that_shuts_the_host_shuts_it_for_the_next_run_too(
    settings: Settings, daily: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, daily, seeds=(("sitemap", "/map.xml"),))
    daily.routes["/robots.txt"] = Reply(status=500)
    for _ in range(2):
        assert ingest(settings, "daily").failures
    assert [asked.path for asked in daily.asked] == ["/robots.txt"]
    (kept,) = rows("SELECT extract(epoch FROM good_until - fetched_at) AS age_s, outcome FROM robots")
    assert (round(kept["age_s"]), kept["outcome"]) == (60, "http_error")


def test_a_worker_killed_while_it_asks_for_robots_txt_leaves_the_others_free(
    begin: Begin, daily: Publisher, sources: Path
) -> None:
    source_file(sources, daily, seeds=(("sitemap", "/map.xml"),))
    listed(daily, daily.page(1))
    asked = threading.Event()

    def hang() -> Reply:
        asked.set()
        time.sleep(4)
        return Reply(status=404)

    daily.routes["/robots.txt"] = hang
    first = begin("ingest", "daily")
    assert asked.wait(60)
    second = begin("ingest", "daily")
    time.sleep(1.5)
    first.kill()
    first.wait()
    daily.routes["/robots.txt"] = Reply(status=404)
    assert second.wait().code == 0
    assert daily.paths("/robots.txt") == ["/robots.txt"] * 2 or daily.paths("/robots.txt") == ["/robots.txt"]


# Unchanged sources


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("seeds", [(FEED,), (SITEMAP,), (SECTION,), (FEED, SITEMAP, SECTION)])
def test_an_unchanged_source_costs_one_conditional_request_a_seed(
    settings: Settings, newsroom: Newsroom, sources: Path, rows: Rows, seeds: tuple[tuple[str, str], ...], live: bool
) -> None:
    seeded(sources, newsroom, *seeds)
    assert ingest(settings, "courier", live=live).failures == ()
    stock = rows("SELECT article_key, version FROM articles ORDER BY 1")
    newsroom.primary.requests.clear()
    newsroom.mirror.requests.clear()
    done = ingest(settings, "courier", live=live)
    asked = seeds[:1] if live else seeds  # a poll asks the feed alone, where there is one
    expected = [(path.replace("{page}", "1"), True, 304) for _, path in asked]
    assert [(each.path, each.conditional, each.status) for each in newsroom.primary.requests] == expected
    assert list(newsroom.mirror.requests) == []
    assert (done.failures, done.left) == ((), [])
    assert {
        row["outcome"] for row in rows("SELECT outcome FROM seed_poll ORDER BY run_id DESC LIMIT %s", len(asked))
    } == {"unchanged"}
    assert rows("SELECT article_key, version FROM articles ORDER BY 1") == stock


def test_a_sitemap_without_lastmod_is_asked_though_its_index_is_unchanged(
    settings: Settings, daily: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, daily, seeds=(("sitemap", "/index.xml"),))
    daily.sitemap("/dated.xml", (daily.page(1), None))
    daily.sitemap("/undated.xml", (daily.page(2), None))
    daily.sitemap("/today.xml", (daily.page(4), None))
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    children = (("/dated.xml", "2026-11-20T09:00:00+00:00"), ("/undated.xml", None), ("/today.xml", today))
    daily.sitemap("/index.xml", *children, index=True)
    ingest(settings, "daily")
    daily.sitemap("/undated.xml", (daily.page(2), None), (daily.page(3), None))
    daily.asked.clear()
    ingest(settings, "daily")
    assert [(a.path, a.status) for a in daily.asked if a.path.endswith(".xml")] == [
        ("/index.xml", 304),
        ("/undated.xml", 200),
        ("/today.xml", 304),
    ]
    assert len(rows("SELECT FROM articles")) == 4
    changed = (("/dated.xml", "2026-11-21T09:00:00+00:00"), *children[1:])
    daily.sitemap("/index.xml", *changed, index=True)
    for spared in (False, True):
        daily.asked.clear()
        ingest(settings, "daily")
        assert ("/dated.xml" in daily.paths()) is not spared, "a new lastmod asks, and its 304 settles it"


def test_a_sitemap_that_failed_is_read_later_though_its_index_is_unchanged(
    settings: Settings, daily: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, daily, seeds=(("sitemap", "/index.xml"),))
    daily.sitemap("/a.xml", (daily.page(1), None))
    daily.routes["/b.xml"] = Reply(status=500)
    dated = "2026-11-20T09:00:00+00:00"
    daily.sitemap("/index.xml", ("/a.xml", dated), ("/b.xml", dated), index=True)
    ingest(settings, "daily")
    daily.sitemap("/b.xml", (daily.page(2), None))
    daily.asked.clear()
    ingest(settings, "daily")
    assert [(a.path, a.status) for a in daily.asked if a.path.endswith(".xml")] == [
        ("/index.xml", 304),
        ("/b.xml", 200),
    ]
    assert len(rows("SELECT FROM articles")) == 2


def test_a_listing_whose_walk_broke_off_is_walked_again(
    settings: Settings, newsroom: Newsroom, sources: Path, rows: Rows
) -> None:
    newsroom.publish_all()
    seeded(sources, newsroom, SECTION)
    newsroom.primary.fault = newsroom.mirror.fault = lambda path: "500" if path == "/Section/100/3" else None
    ingest(settings, "courier")
    assert len(rows("SELECT FROM articles")) == 20
    newsroom.primary.fault = newsroom.mirror.fault = None
    rows("UPDATE host SET resting_until = '-infinity' RETURNING 1")
    ingest(settings, "courier")
    assert len(rows("SELECT FROM articles")) == len(newsroom.articles)


def test_a_window_leaves_nothing_that_hides_the_rest_from_a_poll(
    settings: Settings, newsroom: Newsroom, sources: Path, rows: Rows
) -> None:
    seeded(sources, newsroom, SITEMAP)
    day = NEWSROOM_DAY - timedelta(days=2)
    ingest(settings, "courier", kind="backfill", since=f"{day}", until=f"{day + timedelta(days=1)}")
    assert 0 < len(rows("SELECT FROM articles")) < len(newsroom.articles)
    ingest(settings, "courier")
    assert len(rows("SELECT FROM articles")) == len(newsroom.articles)


def test_other_rules_for_links_read_an_unchanged_document_again(
    settings: Settings, newsroom: Newsroom, sources: Path, rows: Rows
) -> None:
    courier_file(sources, newsroom, article_url="'/Story/(?P<id>[0-9]+)'")
    ingest(settings, "courier")
    assert rows("SELECT * FROM link") == []
    courier_file(sources, newsroom)
    ingest(settings, "courier")
    assert len(rows("SELECT FROM articles")) == len(newsroom.articles)


def test_a_revisit_asks_every_page_by_its_validators_and_makes_no_version(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    ingest(settings, "courier")
    captures = rows("SELECT count(*) AS n FROM capture WHERE link_id IS NOT NULL AND status = 200")
    newsroom.primary.requests.clear()
    done = ingest(settings, "courier", revisit=True)
    pages = [request for request in newsroom.primary.requests if "/Detail/" in request.path]
    assert len(pages) == len(newsroom.articles)
    assert {(page.conditional, page.status) for page in pages} == {(True, 304)}
    seeds = [request for request in newsroom.primary.requests if request.path.endswith(".xml")]
    assert {request.conditional for request in seeds} == {False}
    assert {row["state"] for row in rows("SELECT DISTINCT state FROM link")} == {"captured"}
    assert (done.left, rows("SELECT DISTINCT version FROM articles")) == ([], [{"version": 1}])
    assert rows("SELECT count(*) AS n FROM capture WHERE link_id IS NOT NULL AND status = 200") == captures


def test_validators_are_those_of_the_host_that_is_asked(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    newsroom.primary.fault = "500"
    ingest(settings, "courier", live=True)
    newsroom.primary.fault = None
    rows("DELETE FROM breaker RETURNING 1")  # what is remembered of its failures
    newsroom.primary.requests.clear()
    newsroom.mirror.requests.clear()
    rows("UPDATE robots SET good_until = now() RETURNING 1")
    ingest(settings, "courier", revisit=True, live=True)
    pages = [request for request in newsroom.primary.requests if "/Detail/" in request.path]
    assert len(pages) == NEWEST
    assert not any(page.conditional for page in pages)


def test_a_page_that_was_rejected_is_fetched_whole(settings: Settings, daily: Publisher, sources: Path) -> None:
    source_file(sources, daily, seeds=(("sitemap", "/map.xml"),))
    page = daily.page(1, etag=True)
    listed(daily, page)
    daily.routes[page] = Reply(body=b"<html><title>x</title><body><p>Too little.</p></body></html>", etag=True)
    ingest(settings, "daily")
    ingest(settings, "daily", revisit=True)
    assert [(a.conditional, a.status) for a in daily.asked if a.path == page] == [(False, 200)] * 2


# Hosts that rest


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_keeps_every_worker_off_the_host_and_the_mirror_serves_at_once(
    settings: Settings, daily: Publisher, other: Publisher, sources: Path, rows: Rows, status: int, form: str
) -> None:
    source_file(sources, daily, other, seeds=(("sitemap", "/map.xml"),))
    pages = [daily.page(n) for n in range(1, 13)]
    listed(daily, *pages)
    for n in range(1, 13):
        other.page(n)
    run_id = steps.open_run(settings, "daily", kind="live", external_id="rest", now=datetime.now(UTC))
    steps.discover(settings, run_id, now=datetime.now(UTC))

    def rest() -> Reply:
        value = "3600" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
        return Reply(status=status, headers=(("Retry-After", value),))

    daily.routes.update(dict.fromkeys(pages, rest))
    daily.asked.clear()
    began = time.monotonic()
    at_once([lambda n=n: steps.fetch(settings, run_id, n, now=datetime.now(UTC)) for n in range(1, 5)])
    assert time.monotonic() - began < 30
    asked = len(daily.paths("/Detail/"))
    assert 2 <= asked <= 5, "one request of each worker may have been under way, behind the first that was refused"
    assert len(set(other.paths("/Detail/"))) == 12
    assert rows("SELECT DISTINCT state FROM link") == [{"state": "captured"}]
    (host,) = rows("SELECT resting_until - now() AS rest FROM host WHERE url = %s", daily.url)
    assert timedelta(minutes=59) < host["rest"] <= timedelta(hours=1)
    listed(other, *pages, other.page(99))
    ingest(settings, "daily")
    assert len(daily.paths("/Detail/")) == asked, "and it is left alone by the next run"
    assert len(rows("SELECT FROM link WHERE state = 'captured'")) == 13


def at_once(work: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_link_whose_hosts_all_rest_is_given_back_and_uses_up_no_try(
    settings: Settings, mirrorwire: Run, daily: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, daily, seeds=(("sitemap", "/map.xml"),))
    pages = [daily.page(n) for n in range(1, 7)]
    listed(daily, *pages)
    good = dict(daily.routes)
    daily.routes.update(dict.fromkeys(pages, Reply(status=429, headers=(("Retry-After", "15"),))))
    began = time.monotonic()
    done = ingest(settings, "daily")
    assert time.monotonic() - began < 30
    assert len(daily.paths("/Detail/")) == 1
    assert {(link["state"], link["tries"]) for link in done.left} == {("pending", 0)}
    assert len(done.left) == 6
    early = "SELECT l.url FROM link l, host h WHERE l.next_try_at < h.resting_until"
    assert rows(early) == []
    (status,) = json.loads(mirrorwire("status", "daily", "--format", "json").out)["sources"]
    assert status["hosts"][0]["resting_until"] is not None
    assert len(status["links"]) == 6
    daily.routes.update(good)
    time.sleep(16.5)
    assert ingest(settings, "daily").left == []
    assert len(rows("SELECT FROM articles")) == 6


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["86400", "Fri, 31 Dec 9999 23:59:59 GMT", "1000000000"])
def test_one_page_that_asks_for_a_day_keeps_no_other_page_waiting(
    settings: Settings, daily: Publisher, sources: Path, rows: Rows, status: int, value: str
) -> None:
    source_file(sources, daily, seeds=(("sitemap", "/map.xml"),))
    pages = [daily.page(n) for n in range(1, 6)]
    listed(daily, *pages)
    daily.routes[pages[4]] = Reply(status=status, headers=(("Retry-After", value),))
    done = ingest(settings, "daily")
    assert done.failures == ()
    assert [row["article_key"] for row in rows("SELECT article_key FROM articles ORDER BY 1")] == [
        f"daily:{n}" for n in range(1, 5)
    ]
    assert [link["url"].endswith(pages[4]) for link in done.left] == [True]
    (link,) = rows("SELECT next_try_at - now() AS pause, tries FROM link WHERE state = 'pending'")
    assert timedelta(hours=23) < link["pause"] <= timedelta(days=1) and link["tries"] == 1
    assert rows("SELECT resting_until FROM host WHERE resting_until > now()") == []


def test_refusals_without_retry_after_make_a_growing_pause_until_the_host_answers(
    settings: Settings, newsroom: Newsroom
) -> None:
    steps.prepare(settings)
    with db.connect(settings.database_url or "") as conn:
        frontier.keep_source(conn, find_source(settings, "courier"))
        host_id = frontier.host_ids(conn, find_source(settings, "courier"))[newsroom.primary.origin]

        def refused(status: int) -> float:
            rest_s = politeness.note_refusal(conn, host_id, "http://x/1", status, None) or 0.0
            conn.execute("UPDATE host SET resting_until = now() - interval '1 s'")
            return round(rest_s)

        assert [refused(429) for _ in range(4)] == [30, 60, 120, 240]
        politeness.forget_refusals(conn, host_id)
        assert [refused(503) for _ in range(3)] == [0, 30, 60], "the first may be one page's alone"
        assert [politeness.note_refusal(conn, host_id, "http://x/1", 429, None) for _ in range(2)][1] <= 240, (
            "one moment, one refusal"
        )
        assert politeness.pause_s(100) == politeness.MAX_PAUSE_S
        assert politeness.note_refusal(conn, host_id, "http://x/1", 429, 10.0**9) is None, "one page's, perhaps"
        assert 3599 < (politeness.note_refusal(conn, host_id, "http://x/2", 429, 10.0**9) or 0) <= 3600
        with pytest.raises(HostResting):
            politeness.wait_for_host(conn, host_id, "x", 0.0, patience_s=1)


# Failed pages


def test_a_failed_page_goes_to_the_next_host_at_once_and_waits_longer_each_time_until_it_is_given_up(
    settings: Settings, daily: Publisher, other: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, daily, other, seeds=(("sitemap", "/map.xml"),))
    broken, page = daily.page(1), daily.page(2)
    listed(daily, broken, page)
    daily.routes[broken] = other.routes[broken] = Reply(status=500)
    other.page(2)
    pauses = []
    for n in range(1, MAX_TRIES + 1):
        ingest(settings, "daily", live=True)
        assert daily.paths(broken) == other.paths(broken) == [broken] * n
        (link,) = rows(
            "SELECT state, tries, extract(epoch FROM next_try_at - now()) AS s FROM link WHERE url LIKE '%/1/%'"
        )
        assert link["tries"] == n
        pauses.append(float(link["s"]))
        ingest(settings, "daily", live=True)
        assert len(daily.paths(broken)) == n, "it is not due"
        rows("UPDATE link SET next_try_at = now() WHERE state = 'pending' RETURNING 1")
    asked = next(a.at_s for a in other.asked if a.path == broken) - next(
        a.at_s for a in daily.asked if a.path == broken
    )
    assert 0 < asked < 2
    assert link["state"] == "failed"
    assert all(20 < pause < 6 * 3600 * 1.5 for pause in pauses)
    assert [later > earlier for earlier, later in pairwise(pauses[:5])] == [True] * 4
    with db.connect(settings.database_url or "") as conn:
        source = find_source(settings, "daily")
        (found,) = unserved.list_unserved(conn, source)
        assert (found["article_key"], found["state"], found["tries"]) == ("daily:1", "failed", MAX_TRIES)
        assert "500" in found["last_problem"]
        assert found["next_try_at"] is not None
        for wrong in ("daily:77", "https://stranger.example/Detail/2026/11/20/1/x", "daily:2"):
            with pytest.raises(WrongUse):
                unserved.retry(conn, source, [wrong, "daily:1"])
        assert unserved.list_unserved(conn, source) == [found], "a wrong word changes nothing"
        assert unserved.retry(conn, source, [daily.url + broken]) == ["daily:1"]
    rows("UPDATE host SET resting_until = '-infinity' RETURNING 1")
    daily.page(1)
    done = ingest(settings, "daily", kind="backfill", since="2026-11-10", until="2026-11-11")
    assert done.left == []
    assert rows("SELECT state, tries, retry_asked FROM link WHERE url LIKE '%/1/%'") == [
        {"state": "captured", "tries": 0, "retry_asked": False}
    ]


def test_all_that_was_given_up_is_retried_by_hand_and_listed_until_it_is_served(
    settings: Settings, daily: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, daily, seeds=(("sitemap", "/map.xml"),))
    pages = [daily.page(n) for n in (1, 2, 3)]
    listed(daily, *pages)
    daily.routes.update(dict.fromkeys(pages[:2], Reply(status=500)))
    ingest(settings, "daily", live=True)
    rows("UPDATE link SET state = 'failed', tries = 8 WHERE state = 'pending' RETURNING 1")
    source = find_source(settings, "daily")
    with db.connect(settings.database_url or "") as conn:
        assert unserved.retry(conn, source) == ["daily:1", "daily:2"]
        assert unserved.retry(conn, source) == []
    daily.page(1)
    done = ingest(settings, "daily", live=True)
    assert [(link["url"], link["tries"]) for link in done.left] == [(daily.url + pages[1], 1)]
    assert rows("SELECT retry_asked FROM link WHERE state = 'pending'") == [{"retry_asked": True}]


# The delay


@pytest.mark.parametrize(("delay_s", "crawl_delay_s"), [(0.25, None), (0.05, 0.3)])
def test_four_processes_keep_the_delay_of_a_host(
    begin: Begin, daily: Publisher, sources: Path, delay_s: float, crawl_delay_s: float | None
) -> None:
    source_file(sources, daily, seeds=(("sitemap", "/map.xml"),), delay_s=delay_s)
    listed(daily, *[daily.page(n) for n in range(1, 25)])
    if crawl_delay_s:
        daily.routes["/robots.txt"] = Reply(body=f"User-agent: *\nCrawl-delay: {crawl_delay_s}\n".encode())
    workers = [begin("ingest", "daily") for _ in range(4)]
    assert {worker.wait().code for worker in workers} <= {0, 3}
    at = sorted(asked.at_s for asked in daily.asked)
    gaps = [later - earlier for earlier, later in pairwise(at)]
    assert min(gaps) > max(delay_s, crawl_delay_s or 0) - 0.06, sorted(gaps)[:5]
    assert daily.paths("/robots.txt") == ["/robots.txt"]
    assert len(daily.paths("/Detail/")) == len(set(daily.paths("/Detail/"))) == 24


def test_four_workers_on_two_hosts_keep_both_busy(
    settings: Settings, daily: Publisher, other: Publisher, sources: Path
) -> None:
    delay_s = 0.6
    source_file(sources, daily, other, seeds=(("sitemap", "/map.xml"),), delay_s=delay_s)
    listed(daily, *[other.page(n) for n in range(1, 13)])  # 404 on the primary: each page is asked for on both
    run_id = steps.open_run(settings, "daily", kind="live", external_id="busy", now=datetime.now(UTC))
    steps.discover(settings, run_id, now=datetime.now(UTC))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mirrorwire.pipeline.fetch_step.batch_size", lambda *_: 3)
        at_once([lambda n=n: steps.fetch(settings, run_id, n, now=datetime.now(UTC)) for n in range(1, 5)])
    for host in (daily, other):
        at = sorted(asked.at_s for asked in host.asked if "/Detail/" in asked.path)
        assert len(at) == 12
        assert at[-1] - at[4] < 7 * delay_s * 1.7, "once they are all at work; one host after the other takes twice"


def test_a_queue_longer_than_our_patience_is_not_waited_in(settings: Settings, newsroom: Newsroom) -> None:
    steps.prepare(settings)
    with db.connect(settings.database_url or "") as conn:
        frontier.keep_source(conn, find_source(settings, "courier"))
        host_id = frontier.host_ids(conn, find_source(settings, "courier"))[newsroom.primary.origin]
        conn.execute("UPDATE host SET next_request_at = now() + interval '1 hour'")
        began = time.monotonic()
        with pytest.raises(HostResting, match="waited for by too many"):
            politeness.wait_for_host(conn, host_id, "x", 1.0, patience_s=60)
        assert time.monotonic() - began < 30, "half of its patience"


# Killed at any moment


@pytest.mark.slow
def test_killed_at_any_moment_no_validator_hides_what_was_not_read(
    settings: Settings, begin: Begin, newsroom: Newsroom, sources: Path, rows: Rows
) -> None:
    newsroom.publish_all()
    seeded(sources, newsroom, SECTION, SITEMAP, FEED, delay_s="0.03")
    for n in range(10):
        worker = begin("ingest", "courier")
        time.sleep(0.2 + 0.13 * n)
        worker.kill()
        worker.wait()
    done = ingest(settings, "courier")
    assert (done.failures, done.left) == ((), [])
    found = {row["article_key"] for row in rows("SELECT article_key FROM articles")}
    assert found == {f"courier:{article.id}" for article in newsroom.articles}
    newsroom.primary.requests.clear()
    ingest(settings, "courier")
    assert [request.status for request in newsroom.primary.requests] == [304] * 3


# Proxies


def test_status_tells_which_hosts_are_behind_a_proxy_and_no_login(
    mirrorwire: Run, daily: Publisher, sources: Path
) -> None:
    def status(form: str = "json", **env: str) -> str:
        return mirrorwire("status", "daily", "--format", form, **env).out

    source_file(sources, daily, seeds=(("sitemap", "/map.xml"),))
    none = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"), "")
    assert json.loads(status(**none))["sources"][0]["proxies"] == []
    proxied = none | {"http_proxy": "http://desk:s3cr3t@proxy.example:3128"}
    said = status(**proxied)
    assert json.loads(said)["sources"][0]["proxies"] == [{"host": daily.url, "proxy": "http://proxy.example:3128"}]
    table = status("table", **proxied)
    assert "addresses behind their names cannot be checked" in " ".join(table.split())
    assert "s3cr3t" not in said + table
    spared = status(**proxied | {"NO_PROXY": "127.0.0.1"})
    assert json.loads(spared)["sources"][0]["proxies"] == []


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        ("http://u:p@ss/w@proxy:3128/", "http://proxy:3128"),
        ("u:secret@proxy:3128", "http://proxy:3128"),
        ("socks5h://me:x@[::1]:1080", "socks5h://[::1]:1080"),
        ("http://user:secret", "a proxy"),
    ],
)
def test_a_proxy_is_shown_without_its_login(monkeypatch: pytest.MonkeyPatch, proxy: str, shown: str) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert proxy_of("https://news.example/") == shown


# Strings from strangers


def test_hostile_strings_reach_no_row_and_stop_nothing(
    settings: Settings, daily: Publisher, sources: Path, rows: Rows
) -> None:
    seeds = (("feed", "/feed"), ("sitemap", "/index.xml"), ("section", "/list/{page}"))
    source_file(sources, daily, seeds=seeds)
    good, moved, long = daily.page(1), daily.page(2), "\u4e2d" * 1500
    nul, lone = "\x00", "&#xD800;&#0;"
    feed = f"<rss><channel><title>x</title><item><title>A{nul}{lone}B</title><link>{daily.url}{good}{nul}</link></item>"
    feed += f"<item><title>{long * 9}</title><link>{daily.url}/Detail/2026/11/20/{'9' * 3000}/x</link></item>"
    feed += f"<item><title>C</title><link>{daily.url}/Detail/2026/11/20/77%00%ED%A0%80/x</link></item></channel></rss>"
    daily.routes["/feed"] = wire(feed.encode(), b'ETag: \x0b"a\x00b"', b"Last-Modified: \x01soon\xff\x85")
    children = [
        f"/{long}.xml",
        "/a\x01b.xml",
        f"/{nul}c.xml",
        "/%00d.xml",
        "/" + "e" * 2500,
        "/sound.xml",
        "/\ud800f.xml",
    ]
    rows_ = "".join(f"<sitemap><loc>{daily.url}{child}</loc><lastmod>{nul}x</lastmod></sitemap>" for child in children)
    index = f"<sitemapindex>{rows_}</sitemapindex>".encode("utf-8", "surrogatepass")
    daily.routes["/index.xml"] = wire(index, b"ETag: W/" + b"x" * 900)
    daily.sitemap("/sound.xml", (moved, f"{lone}2026-11-20"))
    hrefs = (
        good,
        f"/Detail/2026/11/20/5{nul}/x",
        f"/Detail/2026/11/20/6/{'y' * 3000}",
        "/Detail/2026/11/20/8/&#xDFFF;",
    )
    page = "".join(f'<a href="{href}">x</a>' for href in hrefs)
    daily.routes["/list/1"] = wire(f"<html><body>{page}</body></html>".encode(), b"Content-Type: text/html\x00; \xff")
    target = f"{daily.url}/Detail/2026/11/20/2/\x00\ud800{'z' * 100}".encode("utf-8", "surrogatepass")
    daily.routes[moved] = wire(b"", b"Location: " + target, status=b"302 Mo\x00ved\xff")
    robots = f"User-agent: *\nCrawl-delay: nan\nDisallow: /{nul}x\n\ud800".encode("utf-8", "surrogatepass")
    daily.routes["/robots.txt"] = wire(robots, b"X-\x00: \x00")
    for _ in range(2):
        done = ingest(settings, "daily")
        assert not any("died" in reason or "Error" in reason for reason in done.failures), done.failures
    assert "daily:1" in {row["article_key"] for row in rows("SELECT article_key FROM articles")}
    assert {row["article_key"] for row in rows("SELECT article_key FROM link")} >= {"daily:1", "daily:2"}
    assert max(row["n"] for row in rows("SELECT length(url) AS n FROM link")) <= 2000
    assert rows("SELECT * FROM seed_document WHERE etag ~ '[[:cntrl:]]' OR last_modified IS NOT NULL") == []
    states = {row["outcome"] for row in rows("SELECT outcome FROM seed_poll")}
    assert "failed" not in states


def wire(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> Reply:
    head = b"\r\n".join((b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body)))
    return Reply(raw=head + b"\r\n\r\n" + body)


def test_only_validators_that_a_request_can_carry_are_sent() -> None:
    fetched_at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert validators.headers('W/"a b"', None, fetched_at) == {}
    assert validators.headers('"a\x01"', "\x01soon", fetched_at) == {}
    assert validators.headers(" lead", "tomorrow", fetched_at) == {}
    assert validators.headers("x" * 600, None, fetched_at) == {}
    sent = {"If-None-Match": 'W/"a\xe9"', "If-Modified-Since": "Fri, 20 Nov 2026 08:00:00 GMT"}
    assert validators.headers(*sent.values(), fetched_at) == sent
    assert validators.headers("unquoted", None, fetched_at) == {"If-None-Match": "unquoted"}
