"""Hosts and indexes that say for ever that nothing has changed: asked whole, or again, once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.fetch.rechecks import Rechecks
from mirrorwire.store.validators import headers
from tests.support.ingest import ingest
from tests.support.publisher import SITEMAP, Publisher, Reply, feed, source_file

Rows = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FAR = "Sat, 16 Nov 2041 19:11:00 GMT"
STALE = "2024-01-01T00:00:00Z"


def articles(rows: Rows) -> int:
    return len(rows("SELECT FROM articles"))


def a_day_passes(rows: Rows) -> None:
    rows(
        "UPDATE seed_document SET read_at = read_at - interval '25 hours', whole_at = whole_at - interval '25 hours'"
        " RETURNING 1"
    )


def always_304(daily: Publisher, path: str, body: Callable[[], bytes], *validators: tuple[str, str]) -> None:
    """Serve a document that is never changed to who asks conditionally, whatever it holds."""

    def reply() -> Reply:
        asked = daily.conditional_now
        return Reply(status=304, headers=validators) if asked else Reply(body=body(), headers=validators)

    daily.routes[path] = reply


@pytest.mark.parametrize(
    ("etag", "last_modified", "sent"),
    [
        ('"a"', format_datetime(NOW - timedelta(hours=1), usegmt=True), {"If-None-Match", "If-Modified-Since"}),
        ('"a"', FAR, {"If-None-Match"}),
        (f'"{FAR}"', FAR, set()),
        (None, FAR, set()),
        ('W/"0"', "Thu, 01 Jan 1970 00:00:00 GMT", {"If-None-Match"}),
        (None, "Thu, 01 Jan 1970 00:00:00 GMT", set()),
        ('"a"', None, {"If-None-Match"}),
        (None, format_datetime(NOW + timedelta(minutes=2), usegmt=True), {"If-Modified-Since"}),
        (None, "Fri, 20 Nov 2026 11:00:00", {"If-Modified-Since"}),
        (None, "no date", set()),
    ],
)
def test_what_says_nothing_of_a_change_is_not_asked_by(
    etag: str | None, last_modified: str | None, sent: set[str]
) -> None:
    assert set(headers(etag, last_modified, NOW)) == sent


def test_a_feed_with_a_last_modified_that_lies_ahead_is_read_whole_each_time(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=(("feed", "/rss.xml"),))
    shown = [1]
    always_304(daily, "/rss.xml", lambda: feed(*shown), ("Last-Modified", FAR), ("ETag", f'"{FAR}"'))
    for n in range(1, 10):
        daily.page(n)
    ingest(settings, live=True)
    shown[:] = range(1, 10)
    ingest(settings, live=True)
    assert articles(rows) == 9


def test_a_feed_that_only_says_304_is_read_whole_a_day_later_and_then_without_its_validators(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=(("feed", "/rss.xml"),))
    shown = [1]
    always_304(daily, "/rss.xml", lambda: feed(*shown), ("ETag", 'W/"same"'))
    for n in range(1, 10):
        daily.page(n)
    ingest(settings, live=True)
    shown[:] = range(1, 6)
    ingest(settings, live=True)
    assert (articles(rows), daily.asked[-1].status) == (1, 304), "one conditional request is all that a poll costs"
    a_day_passes(rows)
    done = ingest(settings, live=True)
    assert articles(rows) == 5
    assert done.warnings == ("/rss.xml: its host says that it is unchanged when it has changed: read whole",)
    shown[:] = range(1, 10)
    assert ingest(settings, live=True).warnings == ()
    assert articles(rows) == 9, "what has lied once is not believed again"


def test_a_feed_that_is_unchanged_after_a_day_is_asked_conditionally_again(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=(("feed", "/rss.xml"),))
    daily.routes["/rss.xml"] = Reply(body=feed(1), etag=True)
    daily.page(1)
    ingest(settings, live=True)
    a_day_passes(rows)
    for status in (200, 304, 304):
        assert ingest(settings, live=True).warnings == ()
        assert (daily.asked[-1].path, daily.asked[-1].status) == ("/rss.xml", status)


@pytest.mark.parametrize("honest", [True, False])
def test_a_sitemap_whose_lastmod_stands_still_is_asked_for_again_each_day(
    settings: Settings, daily: Publisher, rows: Rows, honest: bool
) -> None:
    source_file(settings.home / "sources", daily, seeds=(("sitemap", "/index.xml"),))
    shown = [1]

    def child() -> bytes:
        urls = "".join(f"<url><loc>{daily.url}{daily.page(n)}</loc></url>" for n in shown)
        return f"<urlset {SITEMAP}>{urls}</urlset>".encode()

    if honest:
        daily.routes["/child.xml"] = lambda: Reply(body=child(), etag=True)
    else:
        always_304(daily, "/child.xml", child, ("ETag", '"frozen"'))
    daily.sitemap("/index.xml", ("/child.xml", STALE), index=True)
    ingest(settings, live=True)
    shown[:] = [1, 2, 3]
    daily.asked.clear()
    ingest(settings, live=True)
    assert "/child.xml" not in daily.paths(), "its index says that it is as it was"
    a_day_passes(rows)
    ingest(settings, live=True)
    assert articles(rows) == 3


def test_a_few_of_many_sitemaps_that_stand_still_are_asked_for_in_each_run(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mirrorwire.discover.read_sitemaps.Rechecks", partial(Rechecks, asked=3, whole=2))
    source_file(settings.home / "sources", daily, seeds=(("sitemap", "/index.xml"),))
    names = [f"/child{n}.xml" for n in range(1, 6)]
    for n, name in enumerate(names, start=1):
        daily.sitemap(name, (daily.page(n), None))
    daily.sitemap("/index.xml", *((name, STALE) for name in names), index=True)
    ingest(settings, live=True)
    a_day_passes(rows)
    asked = []
    for _ in range(3):
        daily.asked.clear()
        ingest(settings, live=True)
        asked.append([(each.path, each.status) for each in daily.asked if each.path.startswith("/child")])
    assert asked == [
        [("/child1.xml", 200), ("/child2.xml", 200), ("/child3.xml", 304)],
        [("/child4.xml", 200), ("/child5.xml", 200)],
        [],
    ]


def test_the_sitemap_of_a_month_that_is_over_is_left_alone(settings: Settings, daily: Publisher, rows: Rows) -> None:
    source_file(settings.home / "sources", daily, seeds=(("sitemap", "/index.xml"),))
    path = "/Detail/2024/03/01/1/story"
    daily.routes[path] = daily.routes[daily.page(1)]
    daily.sitemap("/sitemap-2024-03.xml", (path, None))
    daily.sitemap("/index.xml", ("/sitemap-2024-03.xml", STALE), index=True)
    ingest(settings, live=True)
    a_day_passes(rows)
    daily.asked.clear()
    ingest(settings, live=True)
    assert "/sitemap-2024-03.xml" not in daily.paths()


def test_a_listing_that_is_read_whole_to_be_sure_is_not_walked_again(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=(("section", "/news/{page}"),))
    for page in (1, 2, 3):
        links = "".join(f"<a href={daily.page(page * 10 + n)}>x</a>" for n in range(3))
        daily.routes[f"/news/{page}"] = Reply(body=f"<!DOCTYPE html><body>{links}".encode(), etag=True)
    ingest(settings)
    assert articles(rows) == 9
    a_day_passes(rows)
    for status in (200, 304):
        daily.asked.clear()
        ingest(settings)
        assert [(each.path, each.status) for each in daily.asked] == [("/news/1", status)]


def test_a_document_that_was_read_under_a_clock_that_was_ahead_is_read_again_and_kept(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=(("feed", "/rss.xml"),))
    daily.routes["/rss.xml"] = Reply(body=feed(1), etag=True)
    daily.page(1)
    ingest(settings, live=True)
    rows(
        "UPDATE seed_document SET read_at = read_at + interval '1 year', whole_at = whole_at + interval '1 year'"
        " RETURNING 1"
    )
    for status in (200, 304):
        ingest(settings, live=True)
        assert daily.asked[-1].status == status
    assert rows("SELECT FROM seed_document WHERE whole_at > now() OR read_at > now()") == []
