"""`sources try`: a handful of articles by a source file, over real sockets, without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.records import Host
from mirrorwire.fetch.standalone import StandaloneFetcher
from mirrorwire.store.politeness import HostResting
from tests.conftest import NEWSROOM_DAY, Ran, courier_file
from tests.newsroom import Newsroom
from tests.source_tools.test_source_draft import alone  # noqa: F401 - a fixture
from tests.support.publisher import Publisher, Reply, feed, publishing, source_file
from tests.support.sites import QUICK, dead_port, source_of

Run = Callable[..., Ran]
FEED = (("feed", "/feed"),)


@pytest.fixture
def tried(alone: Run) -> Callable[..., tuple[Ran, list[dict[str, Any]]]]:  # noqa: F811
    def run(file: Path, *words: str) -> tuple[Ran, list[dict[str, Any]]]:
        done = alone("sources", "try", str(file), "--format", "jsonl", *words)
        return done, [json.loads(line) for line in done.out.splitlines()]

    return run


Tried = Callable[..., tuple[Ran, list[dict[str, Any]]]]


def with_articles(site: Publisher, *numbers: int) -> None:
    for n in numbers:
        site.page(n)
    site.routes["/feed"] = Reply(body=feed(*numbers, home=site.url))


def test_articles_are_shown_with_their_fields_and_every_mirror_is_asked(tried: Tried, tmp_path: Path) -> None:
    with Newsroom(day=NEWSROOM_DAY) as newsroom:
        done, rows = tried(courier_file(tmp_path, newsroom), "--limit", "4")
        by_key = {f"courier:{each.id}": each for each in newsroom.articles}
        hosts = [newsroom.primary.origin] * 4 + [newsroom.mirror.origin]
    assert done.code == 0, done.err
    assert [row["host"] for row in rows] == hosts
    assert rows[4]["key"] == rows[0]["key"]
    for row in rows:
        told = by_key[row["key"]]
        assert (row["title"], row["verdict"], row["problem"]) == (told.title, "article", None)
        assert row["published_at"].startswith(f"{told.published:%Y-%m-%dT%H:%M}")
        assert (row["authors"], row["published_at_assumed"]) == (list(told.authors), True)
        assert row["words"] > 100 and row["first_line"] in told.lead
    assert "4 of 4 times are assumed: the pages state no zone, or no day; is Asia/Tehran right?" in done.err
    assert "4 articles read, 0 pages failed, 0 seeds without links" in done.err


def test_a_seized_primary_is_told_and_the_mirror_read(tried: Tried, tmp_path: Path) -> None:
    with Newsroom(day=NEWSROOM_DAY) as newsroom:
        newsroom.primary.fault = "seizure"
        done, rows = tried(courier_file(tmp_path, newsroom), "--limit", "2")
        assert (done.code, {row["host"] for row in rows}) == (0, {newsroom.mirror.origin})
        assert f"amiss: {newsroom.primary.origin}: did not serve 2 of 2 pages: seizure" in done.err
    assert len(rows) == 2  # the primary is not asked once more


def test_the_table_and_json_hold_the_same(alone: Run, tmp_path: Path) -> None:  # noqa: F811
    with publishing() as site:
        with_articles(site, 1, 2)
        file = str(source_file(tmp_path, site, seeds=FEED))
        shown = alone("sources", "try", file, "--format", "table").out
        listed = json.loads(alone("sources", "try", file, "--format", "json").out)
    assert [row["title"] for row in listed] == ["Story number 1", "Story number 2"]
    assert "daily:1" in shown and "Story number 2" in shown


def test_urls_of_the_feed_without_an_id_are_told(tried: Tried, tmp_path: Path) -> None:
    with publishing() as site:
        site.routes["/feed"] = Reply(body=feed(1, 2, 3, home=site.url, path="/news/{n}/story"))
        done, rows = tried(source_file(tmp_path, site, seeds=FEED))
    assert (done.code, rows) == (1, [])
    assert "amiss: feed /feed: 0 articles, 3 other links" in done.err
    assert "none of its 3 links is an article's: 3 match no article_url, such as /news/1/story" in done.err
    assert "0 articles read" in done.err


def test_links_to_a_host_that_is_not_listed_are_told_with_it(tried: Tried, tmp_path: Path) -> None:
    with publishing() as site:
        site.routes["/feed"] = Reply(body=feed(1, 2, home="https://new.example"))
        done, rows = tried(source_file(tmp_path, site, seeds=FEED))
    assert (done.code, rows) == (1, [])
    assert "2 lie on https://new.example, which is no host of the source" in done.err


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=500, body=b"oops"), "500"),
        (
            Reply(status=302, headers=(("Location", "http://stranger.example/"),)),
            "stranger.example is no host of",
        ),
        (Reply(body=b"<html>" + b"x" * 10_100_000), "more than 10000000"),
        (Reply(body=b"%PDF-1.7 ..."), ""),
    ],
    ids=["error", "stranger", "giant", "pdf"],
)
def test_a_page_that_failed_is_a_row_with_its_problem_and_exit_code_3(
    tried: Tried, tmp_path: Path, reply: Reply, said: str
) -> None:
    with publishing() as site:
        with_articles(site, 1, 2)
        site.routes["/feed"] = Reply(body=feed(1, 7, 2, home=site.url))
        site.routes["/Detail/2026/11/20/7/story"] = reply
        done, rows = tried(source_file(tmp_path, site, seeds=FEED))
    assert done.code == 3
    assert [(row["key"], row["problem"] is None) for row in rows] == [
        ("daily:1", True),
        ("daily:7", False),
        ("daily:2", True),
    ]
    assert rows[1]["problem"] and said in rows[1]["problem"] and rows[1]["title"] is None
    assert f"{site.url}: did not serve 1 of 3 pages: " in done.err or rows[1]["verdict"] == "broken"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><body>no feed</body></html>", "an HTML page, not a feed"),
        (b"", "an empty body, not a feed"),
        (feed(), "without a link to an article"),
        (b"x" * 51_000_000, "51000000 bytes stated"),
    ],
)
def test_a_feed_that_is_none_is_told(tried: Tried, tmp_path: Path, body: bytes, said: str) -> None:
    with publishing() as site:
        site.routes["/feed"] = Reply(body=body)
        done, rows = tried(source_file(tmp_path, site, seeds=FEED))
    assert (done.code, rows) == (1, [])
    assert said in done.err


def test_one_seed_without_links_among_others_is_exit_code_3(tried: Tried, tmp_path: Path) -> None:
    with publishing() as site:
        with_articles(site, 1)
        seeds = (*FEED, ("sitemap", "/none.xml"), ("webarchive", "http://127.0.0.1:9/cdx"))
        done, rows = tried(source_file(tmp_path, site, seeds=seeds))
    assert (done.code, len(rows)) == (3, 1)
    assert "amiss: sitemap /none.xml: " in done.err
    assert "webarchive http://127.0.0.1:9/cdx: not tried" in done.err


def test_an_index_of_sitemaps_is_read_by_its_newest_and_a_section_by_its_first_page(
    tried: Tried, tmp_path: Path
) -> None:
    with publishing() as site:
        for n in (1, 2, 3):
            site.page(n)
        site.sitemap("/map.xml", ("/old.xml", "2020-01-01"), ("/new.xml", "2026-11-01"), index=True)
        site.sitemap("/new.xml", ("/Detail/2026/11/20/1/story", None), ("/Detail/2026/11/20/2/story", None))
        site.routes["/news/1"] = Reply(body=b"<html><a href='/Detail/2026/11/20/3/story'>Three</a></html>")
        done, rows = tried(source_file(tmp_path, site, seeds=(("sitemap", "/map.xml"), ("section", "/news/{page}"))))
        assert site.paths("/old") == []
    assert done.code == 0, done.err
    assert [row["key"] for row in rows] == ["daily:1", "daily:3", "daily:2"]  # from each seed in turn


def test_a_mirror_that_has_another_article_there_is_told(tried: Tried, tmp_path: Path) -> None:
    with publishing() as site, publishing() as other, publishing() as gone:
        with_articles(site, 1)
        other.routes["/Detail/2026/11/20/1/story"] = Reply(body=b"")
        other.page(2)
        other.routes["/Detail/2026/11/20/1/story"] = other.routes["/Detail/2026/11/20/2/story"]
        done, rows = tried(source_file(tmp_path, site, other, gone, seeds=FEED))
        assert [row["host"] for row in rows] == [site.url, other.url, None]
        assert f"amiss: {other.url} has 'Story number 2' where {site.url} has 'Story number 1'" in done.err
        assert f"amiss: {gone.url} has not what {site.url} has" in done.err
    assert done.code == 0  # every article was read


def test_dead_hosts_and_private_ones_that_are_not_allowed_read_nothing(tried: Tried, tmp_path: Path) -> None:
    dead = Publisher(url=f"http://127.0.0.1:{dead_port()}")
    done, rows = tried(source_file(tmp_path, dead, seeds=FEED))
    assert (done.code, rows) == (1, [])
    assert "Connection refused" in done.err
    with publishing() as site:
        with_articles(site, 1)
        file = source_file(tmp_path, site, seeds=FEED)
        file.write_text(file.read_text().replace("allow_private = true", "allow_private = false"))
        done, rows = tried(file)
        assert site.asked == []
    assert (done.code, rows) == (1, [])
    assert "is not public" in done.err


def test_a_broken_file_is_wrong_use(alone: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "daily.toml").write_text('key = "daily"\n')
    done = alone("sources", "try", str(tmp_path / "daily.toml"))
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1)
    assert alone("sources", "try", str(tmp_path / "none.toml")).code == 2
    assert alone("sources", "try", str(tmp_path / "daily.toml"), "--limit", "0").code == 2


def test_what_pages_write_reaches_no_terminal_as_it_is(tried: Tried, tmp_path: Path) -> None:
    with publishing() as site:
        with_articles(site, 1)
        site.routes["/feed"] = Reply(body=feed(1, 2, home=site.url, path="/\x1b[31m/{n}"), status=200)
        site.routes["/x"] = Reply(status=302, headers=(("Location", "http://\x1b[31mevil.example/"),))
        file = source_file(tmp_path, site, seeds=(*FEED, ("sitemap", "/x")))
        done, _ = tried(file)
    assert done.code == 1
    assert "\x1b" not in done.err


def test_requests_to_one_host_keep_its_delay_and_its_rests() -> None:
    with publishing() as site:
        site.routes["/robots.txt"] = Reply(body=b"User-agent: *\nCrawl-delay: 0.3\n")
        site.routes["/busy"] = Reply(status=429, body=b"", headers=(("Retry-After", "60"),))
        for n in range(3):
            site.page(n)
        host = Host(url=site.url)
        with StandaloneFetcher(source_of(host), user_agent="Mirrorwire/0.1", timeouts=QUICK) as hosts:
            for n in range(3):
                assert hosts.fetch_page(f"{site.url}/Detail/2026/11/20/{n}/story").answer is not None
            assert hosts.ask("/busy", host).attempt.status == 429
            with pytest.raises(HostResting) as caught:
                hosts.ask("/feed", host)
            assert 50 < caught.value.rest_s <= 60
            rested = hosts.fetch_page(f"{site.url}/Detail/2026/11/20/1/story")
        asked = [each.at_s for each in site.asked if each.path != "/robots.txt"]
    assert all(later - earlier > 0.25 for earlier, later in pairwise(asked))
    assert len(asked) == 4
    assert rested.answer is None and site.url in rested.rests
