"""Seeds that a host serves damaged, empty or dead: the next host's are read, nothing is lost, and people are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from tests.conftest import Ran
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, feed, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
Run = Callable[..., Ran]
FEED = (("feed", "/rss.xml"),)


@pytest.fixture
def mirror() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


def cut(body: bytes) -> bytes:
    """It ends inside the link of its last item."""
    return body[: body.rindex(b"/story</link>") - 1]


def published(
    settings: Settings,
    daily: Publisher,
    mirror: Publisher,
    seeds: tuple[tuple[str, str], ...] = FEED,
    articles: int = 6,
) -> None:
    source_file(settings.home / "sources", daily, mirror, seeds=seeds)
    for host in (daily, mirror):
        host.routes["/rss.xml"] = Reply(body=feed(*range(1, articles + 1)), etag=True)
        for n in range(1, articles + 1):
            host.page(n)


def poll(rows: Rows) -> dict[str, Any]:
    return rows(
        "SELECT outcome, links, gap, detail, url FROM seed_poll LEFT JOIN host USING (host_id) ORDER BY run_id"
    )[-1]


def loaded(rows: Rows) -> int:
    return int(rows("SELECT count(*) AS n FROM articles")[0]["n"])


BAD = {
    "cut off after 2 items": cut(feed(1, 2, 3)),
    "without a link to an article": feed(),
    "none of its 2 links is an article's: 2 match no article_url, such as /story/1": feed(1, 2, path="/story/{n}"),
    "an HTML page, not a feed": b"<!DOCTYPE html><title>The Daily</title><p>Welcome",
}


@pytest.mark.parametrize("said", BAD)
def test_a_feed_that_is_damaged_empty_or_none_is_read_from_the_mirror_and_told(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows, said: str
) -> None:
    published(settings, daily, mirror)
    daily.routes["/rss.xml"] = Reply(body=BAD[said])
    done = ingest(settings, live=True)
    assert loaded(rows) == 6 and done.failures == ()
    assert done.warnings == (f"/rss.xml: {daily.url}: {said}; {mirror.url} has it",)
    assert (poll(rows)["outcome"], poll(rows)["url"], poll(rows)["links"]) == ("read", mirror.url, 6)
    assert mirror.paths() == ["/rss.xml"], "the primary serves its articles as ever"
    attempts = rows(
        "SELECT h.url, a.outcome, a.detail FROM attempt a JOIN host h USING (host_id) WHERE link_id IS NULL"
        " ORDER BY attempt_id"
    )
    assert [(each["url"], each["outcome"], each["detail"]) for each in attempts] == [
        (daily.url, "not_it", said),
        (mirror.url, "ok", None),
    ]


@pytest.mark.parametrize("said", [said for said in BAD if "HTML" not in said])
def test_a_feed_that_no_host_has_whole_gives_what_it_has_and_is_told(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows, said: str
) -> None:
    published(settings, daily, mirror)
    ingest(settings, live=True)
    daily.routes["/rss.xml"] = mirror.routes["/rss.xml"] = Reply(body=BAD[said], etag=True)
    for _ in range(2):  # and is asked for again, by no validator
        done = ingest(settings, live=True)
        assert done.failures == ()
        assert done.warnings == (f"/rss.xml: {said}",)
        assert poll(rows)["outcome"] == "damaged"
    assert [each.status for each in daily.asked if each.path == "/rss.xml"] == [200, 200, 200]
    assert {row["outcome"] for row in rows("SELECT outcome FROM attempt WHERE link_id IS NULL")} == {"ok"}
    assert rows("SELECT 1 FROM host_event") == [], "it is no host's failure"


def test_what_two_damaged_feeds_hold_is_joined(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows
) -> None:
    published(settings, daily, mirror)
    daily.routes["/rss.xml"] = Reply(body=cut(feed(1, 2, 3)))
    mirror.routes["/rss.xml"] = Reply(body=cut(feed(2, 3, 4, 5)))
    done = ingest(settings, live=True)
    assert loaded(rows) == 4
    assert done.warnings == (f"/rss.xml: {daily.url}: cut off after 2 items; {mirror.url}: cut off after 3 items",)


def test_what_a_damaged_feed_shows_newer_than_the_mirrors_is_taken_too(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows
) -> None:
    published(settings, daily, mirror)
    mirror.routes["/rss.xml"] = Reply(body=feed(1, 2, 3, 4), etag=True)
    daily.routes["/rss.xml"] = Reply(body=cut(feed(6, 5, 4)))
    ingest(settings, live=True)
    assert (loaded(rows), poll(rows)["links"], poll(rows)["gap"]) == (6, 6, False)
    daily.page(7)
    daily.routes["/rss.xml"] = Reply(body=cut(feed(7, 6, 5)))
    ingest(settings, live=True)
    assert [each.status for each in mirror.asked if each.path == "/rss.xml"] == [200, 304], (
        "the mirror's is asked for only if it has changed"
    )
    assert (loaded(rows), poll(rows)["outcome"]) == (7, "unchanged")


def test_a_feed_that_never_had_an_item_is_no_news(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows
) -> None:
    published(settings, daily, mirror, seeds=(*FEED, ("feed", "/quiet.xml")))
    daily.routes["/quiet.xml"] = mirror.routes["/quiet.xml"] = Reply(body=feed())
    assert ingest(settings, live=True).warnings == ()
    assert {row["outcome"] for row in rows("SELECT outcome FROM seed_poll")} == {"read"}


def test_many_damaged_feeds_leave_the_articles_with_the_primary(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows
) -> None:
    names = [f"/rss-{n}.xml" for n in range(5)]
    published(settings, daily, mirror, seeds=tuple(("feed", name) for name in names))
    for name in names:
        daily.routes[name], mirror.routes[name] = Reply(body=feed()), Reply(body=feed(*range(1, 7)))
    ingest(settings, live=True)
    assert loaded(rows) == 6
    assert mirror.paths() == names and len(daily.paths("/Detail/")) == 6


def test_a_sitemap_that_is_cut_off_is_read_whole_from_the_mirror(
    settings: Settings, daily: Publisher, mirror: Publisher, rows: Rows
) -> None:
    published(settings, daily, mirror, seeds=(("sitemap", "/map.xml"),))
    for host in (daily, mirror):
        host.sitemap("/map.xml", ("/month.xml", None), index=True)
        host.sitemap("/month.xml", *((host.page(n), None) for n in range(1, 7)))
    whole = mirror.routes["/month.xml"]
    assert isinstance(whole, Reply)
    daily.routes["/month.xml"] = Reply(body=whole.body[: len(whole.body) // 2])
    done = ingest(settings, live=True)
    assert loaded(rows) == 6
    assert len(done.warnings) == 1 and done.warnings[0].endswith(f"; {mirror.url} has it")
    assert mirror.paths() == ["/month.xml"]


def test_the_command_line_tells_the_warnings_on_stderr(
    settings: Settings, daily: Publisher, mirror: Publisher, mirrorwire: Run
) -> None:
    published(settings, daily, mirror)
    daily.routes["/rss.xml"] = Reply(body=BAD["cut off after 2 items"])
    done = mirrorwire("ingest", "daily")
    said = f"mirrorwire: daily: warning: /rss.xml: {daily.url}: cut off after 2 items; {mirror.url} has it\n"
    assert (done.code, done.err) == (0, said)
    assert "cut off after 2 items" in mirrorwire("status", "daily", "--format", "table").out.replace("\n", "")
