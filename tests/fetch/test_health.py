"""A primary that fails costs little, for all workers; one that comes back is used again: counted at the servers."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.pipeline import steps
from mirrorwire.pipeline.link_outcome import MAX_TRIES
from tests.conftest import NEWEST, Ran
from tests.newsroom import Newsroom
from tests.newsroom.server import Origin
from tests.support.ingest import ingest
from tests.support.publisher import Reply, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]


def asked(origin: Origin, since: int = 0) -> list[str]:
    return [request.path for request in list(origin.requests)[since:] if request.path != "/robots.txt"]


def breaker(rows: Rows, newsroom: Newsroom) -> dict[str, Any]:
    query = "SELECT state, reason, opened FROM breaker JOIN host USING (host_id) WHERE url = %s"
    return rows(query, newsroom.primary.origin)[0]


def events(rows: Rows) -> list[str]:
    return [row["state"] for row in rows("SELECT state FROM host_event ORDER BY event_id")]


def loaded(rows: Rows) -> int:
    return int(rows("SELECT count(*) AS n FROM articles")[0]["n"])


@pytest.mark.parametrize(
    ("fault", "requests"),
    [("500", 3), ("reset", 3), ("403", 3), ("front-page", 3), ("soft-404", 3), ("login", 2), ("consent", 2)],
)
def test_a_primary_that_fails_is_asked_two_or_three_times_and_then_no_more(
    settings: Settings,
    newsroom: Newsroom,
    rows: Rows,
    caplog: pytest.LogCaptureFixture,
    fault: str,
    requests: int,
) -> None:
    newsroom.primary.fault = lambda path: None if path == "/robots.txt" else fault
    done = ingest(settings, "courier")
    assert loaded(rows) == len(newsroom.articles)
    assert len(asked(newsroom.primary)) == requests
    assert (breaker(rows, newsroom)["state"], events(rows)) == ("open", ["open"])
    assert rows("SELECT run_id FROM host_event") == [{"run_id": done.run_id}], "the run's record has it"
    lines = [record.getMessage() for record in caplog.records if record.name == "mirrorwire.store.breakers"]
    assert [line.partition(" (")[0] for line in lines] == [f"{newsroom.primary.origin}: open"]
    warned = rows("SELECT warnings FROM run")[0]["warnings"]
    assert any(f"{newsroom.primary.origin}: not asked any more" in warning for warning in warned)
    assert done.failures == ()

    rows("UPDATE breaker SET probe_at = now() + interval '1 hour' RETURNING 1")
    so_far = len(newsroom.primary.requests)
    ingest(settings, "courier", revisit=True)
    assert asked(newsroom.primary, so_far) == [], "another run knows"


@pytest.mark.parametrize("fault", ["seizure", "parking", "challenge-200"])
def test_a_notice_in_place_of_a_seed_opens_at_once_and_is_named(
    settings: Settings, newsroom: Newsroom, rows: Rows, fault: str
) -> None:
    newsroom.primary.fault = fault
    ingest(settings, "courier")
    assert loaded(rows) == len(newsroom.articles)
    assert asked(newsroom.primary) == ["/rss.xml", "/"]
    kind = fault.removesuffix("-200")
    assert breaker(rows, newsroom)["reason"] == f"{kind} on its front page"
    assert {row["verdict"] for row in rows("SELECT verdict FROM attempt WHERE outcome = 'not_it'")} == {kind}


@pytest.mark.parametrize("fault", ["seizure", "parking", "challenge-200"])
def test_a_notice_for_one_page_is_looked_for_on_the_front_page_and_opens_at_once(
    settings: Settings, newsroom: Newsroom, rows: Rows, fault: str
) -> None:
    newsroom.primary.fault = lambda path: fault if path == "/" or "/Detail/" in path else None
    ingest(settings, "courier")
    assert loaded(rows) == len(newsroom.articles)
    pages = [path for path in asked(newsroom.primary) if path == "/" or "/Detail/" in path]
    assert len(pages) == 2 and pages[1] == "/"
    assert "on its front page" in breaker(rows, newsroom)["reason"]


@pytest.mark.parametrize("fault", ["seizure-image", "front-page", "soft-404", "consent"])
def test_the_same_page_in_place_of_two_articles_opens(
    settings: Settings, newsroom: Newsroom, rows: Rows, fault: str
) -> None:
    newsroom.primary.fault = lambda path: fault if "/Detail/" in path else None
    ingest(settings, "courier")
    assert loaded(rows) == len(newsroom.articles)
    assert sum("/Detail/" in path for path in asked(newsroom.primary)) == 2
    assert "the same under every path" in breaker(rows, newsroom)["reason"]


def test_a_primary_that_comes_back_is_probed_and_used_again(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    newsroom.primary.fault = "refuse"
    ingest(settings, "courier")
    newsroom.primary.fault = None
    rows("UPDATE breaker SET probe_at = now() RETURNING 1")
    so_far, served = len(newsroom.primary.requests), len(newsroom.mirror.requests)
    ingest(settings, "courier", revisit=True)
    assert asked(newsroom.primary, so_far)[0] == "/"
    assert len(asked(newsroom.primary, so_far)) > len(newsroom.articles)
    assert asked(newsroom.mirror, served) == [], "with both healthy the mirror is not asked"
    assert events(rows) == ["open", "half-open", "closed"]
    assert rows("SELECT DISTINCT version FROM articles") == [{"version": 1}]
    assert loaded(rows) == len(newsroom.articles)


def test_a_host_that_fails_its_probe_is_left_out_for_longer(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    newsroom.primary.fault = "500"
    ingest(settings, "courier")
    rows("UPDATE breaker SET probe_at = now() RETURNING 1")
    ingest(settings, "courier", revisit=True)
    found = breaker(rows, newsroom)
    assert (found["state"], found["opened"], events(rows)) == ("open", 2, ["open"])
    pause = rows("SELECT extract(epoch FROM probe_at - now())::float8 AS s FROM breaker WHERE opened = 2")[0]["s"]
    assert 40 < pause < 61


def test_many_workers_share_one_breaker_and_one_probe(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    newsroom.primary.fault = "500"
    ingest(settings, "courier")
    rows("UPDATE breaker SET probe_at = now() RETURNING 1")
    so_far = len(newsroom.primary.requests)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: ingest(settings, "courier", revisit=True), range(4)))
    assert len(newsroom.primary.requests) - so_far == 1, "one worker asks, and for robots.txt alone"


def test_both_hosts_down_then_one_returns_loses_nothing(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    down = "500"
    newsroom.primary.fault = newsroom.mirror.fault = lambda path: down if "/Detail/" in path or path == "/" else None
    ingest(settings, "courier")
    assert loaded(rows) == 0
    assert {row["state"] for row in rows("SELECT state FROM breaker")} == {"open"}
    assert rows("SELECT count(*) AS n FROM link WHERE state <> 'pending'") == [{"n": 0}]
    assert rows("SELECT max(tries) AS n FROM link")[0]["n"] <= 1, "who was not asked used up no try"
    newsroom.mirror.fault = None
    rows("UPDATE link SET next_try_at = now() RETURNING 1")
    rows("UPDATE breaker SET probe_at = now() RETURNING 1")
    assert ingest(settings, "courier").left == []
    assert loaded(rows) == len(newsroom.articles)


def test_gone_on_the_mirror_is_not_gone_while_the_primary_is_down(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    newest = newsroom.articles[0].path
    newsroom.primary.fault = lambda path: "500" if "/Detail/" in path or path == "/" else None
    newsroom.mirror.fault = lambda path: "404" if path == newest else None
    ingest(settings, "courier")
    assert rows("SELECT state FROM link WHERE state <> 'captured'") == [{"state": "pending"}]
    newsroom.primary.fault = None
    rows("UPDATE link SET next_try_at = now() RETURNING 1")
    rows("UPDATE breaker SET probe_at = now() RETURNING 1")
    ingest(settings, "courier")
    assert loaded(rows) == len(newsroom.articles)


def test_gone_on_every_host_is_gone_at_once(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    newest = newsroom.articles[0].path
    newsroom.primary.fault = newsroom.mirror.fault = lambda path: "404" if path == newest else None
    ingest(settings, "courier")
    assert rows("SELECT state FROM link WHERE state <> 'captured'") == [{"state": "gone"}]


def test_gone_on_the_healthy_host_is_believed_after_a_day_of_an_unhealthy_one(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    newest = newsroom.articles[0].path
    newsroom.primary.fault = lambda path: "500" if "/Detail/" in path or path == "/" else None
    newsroom.mirror.fault = lambda path: "404" if path == newest else None
    ingest(settings, "courier")
    waited_s = 0.0
    for tries in range(1, MAX_TRIES):
        (link,) = rows(
            "SELECT state, tries, extract(epoch FROM next_try_at - now())::float8 AS s FROM link"
            " WHERE state <> 'captured'"
        )
        assert (link["state"], link["tries"]) == ("pending", tries)
        waited_s += link["s"]
        rows("UPDATE link SET next_try_at = now() WHERE state = 'pending' RETURNING 1")
        ingest(settings, "courier")
    assert rows("SELECT state FROM link WHERE state <> 'captured'") == [{"state": "gone"}]
    assert waited_s > 12 * 3600


def test_the_verdicts_of_all_hosts_are_kept(settings: Settings, newsroom: Newsroom, rows: Rows) -> None:
    spoiled = newsroom.articles[3].path
    newsroom.primary.fault = lambda path: "seizure" if path == spoiled else None
    ingest(settings, "courier")
    found = rows(
        "SELECT h.role, a.outcome, a.verdict, a.capture_id IS NOT NULL AS archived FROM attempt a"
        " JOIN host h USING (host_id) JOIN link l USING (link_id) WHERE l.url LIKE %s ORDER BY attempt_id",
        f"%{spoiled}",
    )
    assert [tuple(row.values()) for row in found] == [
        ("primary", "not_it", "seizure", True),
        ("mirror", "ok", "article", True),
    ]


def test_a_hanging_primary_costs_several_workers_its_timeout_once_or_twice_each(
    settings: Settings, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mirrorwire.pipeline.discover_step.BATCH_WORK_S", 1.5)  # ten pages a task
    workers, pages = 4, 40

    def hangs() -> Reply:
        time.sleep(25)
        return Reply(status=500)

    with publishing() as daily, publishing() as mirror:
        source_file(settings.home / "sources", daily, mirror, seeds=(("sitemap", "/map.xml"),))
        for host in (daily, mirror):
            host.sitemap("/map.xml", *((host.page(n), None) for n in range(1, pages + 1)))
        daily.routes.update({path: hangs for path in daily.routes if path.startswith("/Detail/")})
        now = datetime.now(UTC)
        run_id = steps.open_run(settings, "daily", kind="live", external_id="x", all_seeds=True, now=now)
        batches = steps.discover(settings, run_id, now=now)
        assert len(batches) == workers
        began = time.monotonic()
        with ThreadPoolExecutor(workers) as pool:
            done = list(pool.map(lambda n: steps.fetch(settings, run_id, n, now=now), batches))
        elapsed_s = time.monotonic() - began
        assert sum(each["captured"] for each in done) == pages
        assert len([path for path in daily.begun if "/Detail/" in path]) <= 2 * workers
        assert elapsed_s < 45, "ten pages at ten seconds are a hundred for each"
        assert sorted(mirror.paths("/Detail/")) == sorted(path for path in mirror.routes if "/Detail/" in path)
        assert events(rows) == ["open"], "one change of state for all"


def test_people_probe_overrule_and_see_the_hosts(
    mirrorwire: Run, settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    newsroom.primary.fault = "500"
    assert mirrorwire("ingest", "courier").code == 0
    shown = mirrorwire("status", "courier", "--format", "table").out
    assert "500 Internal Server Error" in shown and "down" in shown
    probed = mirrorwire("hosts", "probe", "courier", "--format", "csv").out
    assert "False" in probed and "True" in probed

    newsroom.primary.fault = None
    assert mirrorwire("hosts", "probe", "courier").code == 0
    assert breaker(rows, newsroom)["state"] == "half-open"
    so_far = len(newsroom.primary.requests)
    done = mirrorwire("hosts", "set", "courier", newsroom.primary.origin, "down")
    assert (done.code, done.err) == (0, f"{newsroom.primary.origin} is not asked\n")
    assert mirrorwire("ingest", "courier", "--revisit").code == 0
    assert asked(newsroom.primary, so_far) == []
    mirrorwire("hosts", "set", "courier", newsroom.primary.origin, "auto")
    assert mirrorwire("ingest", "courier", "--revisit").code == 0
    assert asked(newsroom.primary, so_far) != []
    assert breaker(rows, newsroom)["state"] == "closed"

    wrong = mirrorwire("hosts", "set", "courier", "https://stranger.example", "up")
    assert wrong.code == 2 and "stranger.example is no host of courier" in wrong.err


# Another article's text


@pytest.mark.parametrize("fault", ["other-article", "other-article-relabelled"])
def test_another_articles_text_is_never_taken_and_the_mirrors_is(
    settings: Settings, newsroom: Newsroom, rows: Rows, fault: str
) -> None:
    feed_only(settings)
    newsroom.primary.fault = fault
    assert ingest(settings, "courier").left == []
    wrong = newsroom.articles[5]
    found = {row["article_key"]: row for row in rows("SELECT article_key, title, text, served_by FROM articles")}
    assert len(found) == NEWEST
    mine = found[f"courier:{wrong.id}"]
    assert (mine["title"], mine["served_by"]) == (wrong.title, newsroom.mirror.origin)
    assert [str(wrong.id) in path for path in asked(newsroom.mirror)] == [True]
    said = rows("SELECT detail FROM attempt WHERE outcome = 'not_it'")
    assert len(said) == 1
    if fault.endswith("relabelled"):
        assert f"it is courier:{newsroom.articles[6].id}" in said[0]["detail"]


def test_another_articles_text_waits_where_no_host_has_the_right_one(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    feed_only(settings)
    newsroom.primary.fault = newsroom.mirror.fault = "other-article-relabelled"
    ingest(settings, "courier")
    assert loaded(rows) == NEWEST - 1
    (rejected,) = rows("SELECT verdict, evidence FROM rejection")
    assert (rejected["verdict"], rejected["evidence"]["reason"]) == ("suspect", "another article's text")


def test_an_article_of_a_new_title_is_taken_though_the_feed_still_has_the_old_one(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    feed_only(settings)
    ingest(settings, "courier")
    article = newsroom.articles[2]
    old = "Nine unrelated words stand where once was another"
    newsroom.primary.fault = lambda path: "feed-html" if path == "/rss.xml" else None
    newsroom.mirror.fault = lambda path: "feed-html" if path == "/rss.xml" else None
    rows("UPDATE link_hint SET title = %s RETURNING 1", old)
    rows("UPDATE capture SET etag = NULL, last_modified = NULL RETURNING 1")
    ingest(settings, "courier", revisit=True)
    assert len([path for path in asked(newsroom.mirror) if "/Detail/" in path]) == NEWEST, "whether it has that title"
    assert rows("SELECT title, version FROM articles WHERE article_key = %s", f"courier:{article.id}") == [
        {"title": article.title, "version": 1}
    ]


def feed_only(settings: Settings) -> None:
    path = settings.home / "sources" / "courier.toml"
    text = path.read_text(encoding="utf-8").split("[[seeds]]")[0]
    path.write_text(f'{text}[[seeds]]\nkind = "feed"\npath = "/rss.xml"\n', encoding="utf-8")
