"""Seeds that are read and hold no article's link: said each time, with the likely cause and the host that they name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.records import Host, Source
from mirrorwire.seed_formats.feed import read_feed
from mirrorwire.seed_formats.skipped import NOTHING_SKIPPED, Skipped, why_none
from tests.conftest import Ran
from tests.support.ingest import ingest
from tests.support.publisher import SITEMAP, Publisher, Reply, feed, source_file

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]
MAP, FEED, SECTION = ("sitemap", "/map.xml"), ("feed", "/rss.xml"), ("section", "/news/{page}")
STORY = "/Detail/2026/11/20/{n}/story"


def seeded(settings: Settings, daily: Publisher, *seeds: tuple[str, str]) -> None:
    source_file(settings.home / "sources", daily, seeds=seeds)


def sitemap(*urls: str) -> Reply:
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return Reply(body=f"<urlset {SITEMAP}>{entries}</urlset>".encode(), etag=True)


def index(*urls: str) -> Reply:
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return Reply(body=f"<sitemapindex {SITEMAP}>{entries}</sitemapindex>".encode(), etag=True)


def suggestions(rows: Rows) -> list[tuple[str, str]]:
    return [(row["origin"], row["way"]) for row in rows("SELECT DISTINCT origin, way FROM suggestion ORDER BY 1")]


def test_a_sitemap_of_another_shape_is_no_usable_seed_in_every_run(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    seeded(settings, daily, MAP)
    daily.routes["/map.xml"] = sitemap(*(f"{daily.url}/news/item-{n}" for n in range(50)))
    said = "none of its 50 links is an article's: 50 match no article_url, such as /news/item-0"
    for status in (200, 304):
        done = ingest(settings, live=True)
        assert done.failures == (f"no usable seed (/map.xml: {said})",)
        assert daily.asked[-1].status == status, "what it held is known without its body"
    assert suggestions(rows) == []


def test_an_index_of_sitemaps_elsewhere_names_the_host_and_suggests_it(
    settings: Settings, daily: Publisher, mirrorwire: Run, rows: Rows
) -> None:
    seeded(settings, daily, MAP)
    daily.routes["/map.xml"] = index("http://sitemaps.other.example/s1.xml")
    for _ in range(2):
        ran = mirrorwire("ingest", "daily")
        assert ran.code == 1
        assert "1 sitemap that it names lies on a host that the source does not list, and is not read" in ran.err
        assert "1 on http://sitemaps.other.example, such as /s1.xml" in ran.err
    status = mirrorwire("status", "daily", "--format", "table").out
    assert "SUGGESTED HOST http://sitemaps.other.example" in status and "named by seed 1" in status


def test_a_part_of_an_index_elsewhere_is_warned_of_until_it_is_dismissed(
    settings: Settings, daily: Publisher, mirrorwire: Run, rows: Rows
) -> None:
    seeded(settings, daily, MAP)
    daily.routes["/map.xml"] = index(f"{daily.url}/inner.xml")
    daily.routes["/inner.xml"] = index(f"{daily.url}/own.xml", "http://cdn.other.example/two.xml")
    daily.routes["/own.xml"] = sitemap(daily.url + daily.page(1))
    for _ in range(2):
        done = ingest(settings, live=True)
        assert done.failures == () and len(done.warnings) == 1
        assert "1 on http://cdn.other.example, such as /two.xml" in done.warnings[0]
    assert suggestions(rows) == [("http://cdn.other.example", "seed")]
    assert rows("SELECT DISTINCT outcome FROM seed_poll WHERE links > 0") == [{"outcome": "read"}]
    mirrorwire("hosts", "dismiss", "daily", "http://cdn.other.example")
    assert ingest(settings, live=True).warnings == ()


def test_articles_on_an_unlisted_name_of_the_publisher_are_told_and_the_name_suggested(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    seeded(settings, daily, FEED, MAP)
    daily.routes["/rss.xml"] = Reply(body=feed(1, 2, home="https://new.example"))
    daily.routes["/map.xml"] = sitemap(daily.url + daily.page(9))
    done = ingest(settings)
    lie = "none of its 2 links is an article's: 2 lie on https://new.example, which is no host of the source"
    assert (done.failures, done.warnings) == ((), (f"/rss.xml: {lie}",))
    assert suggestions(rows) == [("https://new.example", "seed")]
    outcomes = {row["seed"]: row["outcome"] for row in rows("SELECT seed, outcome FROM seed_poll")}
    assert outcomes == {"/rss.xml": "failed", "/map.xml": "read"}


def test_a_feed_behind_a_redirector_is_told_and_the_redirector_is_no_suggestion(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    seeded(settings, daily, FEED)
    daily.routes["/rss.xml"] = Reply(body=feed(1, 2, home="https://feeds.example", path="/~r/daily/{n}"))
    (said,) = ingest(settings, live=True).failures
    assert "2 lie on https://feeds.example, which is no host of the source (a redirector?), such as /~r/daily/1" in said
    assert suggestions(rows) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><div id=root></div><script src=/app.js></script>", "a page without a single link"),
        (b"<!DOCTYPE html><p><a href=/about>About</a>", "none of its 1 link is an article's: 1 matches no article_url"),
    ],
)
def test_a_listing_that_a_script_draws_is_no_usable_seed(
    settings: Settings, daily: Publisher, body: bytes, said: str
) -> None:
    seeded(settings, daily, SECTION)
    daily.routes["/news/1"] = Reply(body=body, etag=True)
    for _ in range(2):
        (failure,) = ingest(settings, live=True).failures
        assert said in failure


def test_foreign_links_beside_articles_and_an_empty_seed_are_no_news(settings: Settings, daily: Publisher) -> None:
    seeded(settings, daily, MAP, ("sitemap", "/none.xml"), ("sitemap", "/index.xml"))
    daily.routes["/map.xml"] = sitemap(daily.url + daily.page(1), "https://partner.example/x", daily.url + "/about")
    daily.routes["/none.xml"] = sitemap()
    daily.routes["/index.xml"] = index(f"{daily.url}/pages.xml", f"{daily.url}/news.xml")
    daily.routes["/pages.xml"] = sitemap(f"{daily.url}/about", f"{daily.url}/contact")
    daily.routes["/news.xml"] = sitemap(daily.url + daily.page(2))
    for _ in range(2):
        done = ingest(settings)
        assert (done.failures, done.warnings) == ((), ())


def test_a_sitemap_whose_links_take_another_shape_is_told_though_it_once_held_articles(
    settings: Settings, daily: Publisher
) -> None:
    seeded(settings, daily, MAP)
    daily.routes["/map.xml"] = index(f"{daily.url}/a.xml", f"{daily.url}/b.xml")
    daily.routes["/a.xml"] = sitemap(daily.url + daily.page(1), daily.url + daily.page(2))
    daily.routes["/b.xml"] = sitemap(daily.url + daily.page(3))
    assert ingest(settings, live=True).warnings == ()
    daily.routes["/a.xml"] = sitemap(f"{daily.url}/story/1", f"{daily.url}/story/2")
    (warning,) = ingest(settings, live=True).warnings
    assert "/a.xml: none of its 2 links is an article's" in warning and warning.endswith("it held 2 before")
    daily.routes["/b.xml"] = sitemap(f"{daily.url}/story/3")
    done = ingest(settings, live=True)
    assert done.failures == () and "none of its 3 links is an article's" in done.warnings[0]


def test_status_and_json_name_what_a_seed_says(settings: Settings, daily: Publisher, mirrorwire: Run) -> None:
    seeded(settings, daily, MAP)
    daily.routes["/map.xml"] = sitemap(f"{daily.url}/news/1")
    ingest(settings, live=True)
    (row,) = json.loads(mirrorwire("status", "daily", "--format", "json").out)["sources"]
    assert "none of its 1 link is an article's" in row["runs"][0]["failures"][0]


def test_what_was_skipped_is_counted_by_reason_and_survives_being_stored() -> None:
    source = Source(
        key="daily",
        name="Daily",
        language=None,
        timezone="UTC",
        article_url=(r"/a/(?P<id>\d+)",),
        hosts=(Host(url="https://daily.example"),),
        seeds=(),
    )
    links = "".join(
        f"<item><link>{url}</link></item>"
        for url in ("https://daily.example/about", "https://www.other.example/a/1", "https://t.example/x", "mailto:a@b")
    )
    document = read_feed(
        f"<rss><channel>{links}</channel></rss>".encode(), url="https://daily.example/rss", source=source, seed="/rss"
    )
    skipped = document.skipped_by
    assert (skipped.total, skipped.other_shape, skipped.unreadable) == (4, 1, 1)
    assert {origin: (each.entries, each.articles) for origin, each in skipped.links.items()} == {
        "https://www.other.example": (1, 1),
        "https://t.example": (1, 0),
    }
    assert Skipped.from_json(json.loads(json.dumps(skipped.as_json()))) == skipped
    assert (skipped + skipped).total == 8
    assert NOTHING_SKIPPED + skipped == skipped
    assert not NOTHING_SKIPPED and not Skipped.from_json({})
    assert why_none(skipped).startswith("none of its 4 links is an article's: 1 lies on https://www.other.example")
