"""The web archive seed over real sockets: an index read page by page, and copies where no living host serves a page."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import SeedUnreadable, SourceFileError
from mirrorwire.core.records import Host, Seed, Source
from mirrorwire.core.urls import MAX_URL_CHARS, read_link
from mirrorwire.seed_formats.cdx import MAX_INDEX_BYTES, naming_days, read_index, timestamp_of, without_additions
from tests.conftest import Ran
from tests.discover.test_history import backfill, discover, loaded, wanted
from tests.support.archive_server import FIELDS, WebArchive, archiving
from tests.support.command_forks import Running
from tests.support.history import ONE_DAY, History
from tests.support.ingest import ingest
from tests.support.listings import brief, list_under
from tests.support.publisher import Publisher, Reply, article, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
MARCH = (date(2025, 3, 1), date(2025, 3, 31))
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Begin = Callable[..., Running]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


@pytest.fixture
def dead() -> Publisher:
    """A publisher that was shut down: nothing listens at its port any more."""
    with publishing() as found:
        pass
    return found


@pytest.fixture
def archive() -> Iterator[WebArchive]:
    with archiving() as found:
        yield found


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return tmp_path / "sources"


def archived(archive: WebArchive, history: History) -> dict[str, datetime]:
    """Capture all of a history, each page on the day after; returns when by article key."""
    found = {}
    for n, day in history.articles.items():
        at = datetime(day.year, day.month, day.day, 12, 30, 5, tzinfo=UTC) + ONE_DAY
        reply = history.publisher.routes[history.path(n)]
        assert isinstance(reply, Reply)
        archive.keep(history.publisher.url + history.path(n), at, reply.body)
        found[f"daily:{n}"] = at
    return found


def polls(rows: Rows) -> list[dict[str, Any]]:
    return rows("SELECT outcome, detail, links FROM seed_poll ORDER BY run_id")


# The host of last resort


def test_a_dead_publisher_is_read_wholly_from_the_archive_as_of_when_it_was_captured(
    settings: Settings, dead: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(dead, *MARCH)
    when = archived(archive, history)
    archive.page_rows = 7
    source_file(sources, dead, seeds=(archive.seed,))
    done = backfill(settings, *MARCH)
    assert (done.failures, done.left) == ((), [])
    found = rows("SELECT article_key, served_by, fetched_at, urls, text FROM articles")
    assert {row["article_key"]: row["fetched_at"] for row in found} == when
    assert {row["served_by"] for row in found} == {archive.server.url}
    assert all(url.startswith(dead.url) for row in found for url in row["urls"])
    (host,) = rows("SELECT role FROM host WHERE url = %s", archive.server.url)
    assert host == {"role": "archive"}
    assert set(Counter(archive.replayed()).values()) == {1}


def test_a_living_publisher_is_read_itself_and_the_archive_is_asked_for_no_copy(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, *MARCH)
    archived(archive, history)
    source_file(sources, publisher, seeds=(archive.seed,))
    backfill(settings, *MARCH)
    assert loaded(rows) == history.keys()
    assert {row["served_by"] for row in rows("SELECT served_by FROM articles")} == {publisher.url}
    assert archive.replayed() == []


def test_what_the_publisher_took_off_comes_from_the_archive_and_is_its_own_again_once_it_serves_it(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, date(2025, 3, 1), date(2025, 3, 5), a_day=(1,))
    when = archived(archive, history)
    n = min(history.articles)
    gone = publisher.routes.pop(history.path(n))
    source_file(sources, publisher, seeds=(archive.seed,))
    backfill(settings, history.first, history.last)
    (row,) = rows("SELECT served_by, fetched_at FROM articles WHERE article_key = %s", f"daily:{n}")
    assert row == {"served_by": archive.server.url, "fetched_at": when[f"daily:{n}"]}
    assert len(archive.replayed()) == 1

    assert isinstance(gone, Reply)
    publisher.routes[history.path(n)] = Reply(body=gone.body.replace(b"reopens.", b"reopens at last."))
    ingest(settings, kind="backfill", since=f"{history.first}", until=f"{history.last + ONE_DAY}", revisit=True)
    (row,) = rows("SELECT served_by, version, text FROM articles WHERE article_key = %s", f"daily:{n}")
    assert (row["served_by"], row["version"]) == (publisher.url, 2) and "at last" in row["text"]
    assert len(archive.replayed()) == 1


def test_an_article_given_up_before_the_archive_was_named_is_fetched_from_it(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, date(2025, 3, 1), date(2025, 3, 5), a_day=(1,))
    archived(archive, history)
    history.sitemaps()
    for n in history.articles:
        del publisher.routes[history.path(n)]
    source_file(sources, publisher, seeds=(("sitemap", "/sitemap.xml"),))
    backfill(settings, history.first, history.last)
    assert {row["state"] for row in rows("SELECT state FROM link")} == {"gone"}
    source_file(sources, publisher, seeds=(("sitemap", "/sitemap.xml"), archive.seed))
    backfill(settings, history.first, history.last)
    assert loaded(rows) == history.keys()


def test_a_copy_that_is_no_article_or_led_astray_is_not_taken_and_the_next_older_one_is(
    settings: Settings, dead: Publisher, archive: WebArchive, sources: Path, rows: Rows, publisher: Publisher
) -> None:
    history = History(dead, date(2025, 3, 1), date(2025, 3, 3), a_day=(1,))
    when = archived(archive, history)
    first, second, third = sorted(history.articles)
    later = datetime(2025, 6, 1, tzinfo=UTC)
    url = dead.url + history.path(first)
    parked = archive.keep(url + "?page=2", later, b"<html><title>For sale</title><body>This domain is for sale</body>")
    strayed = archive.keep(dead.url + history.path(second), datetime(2025, 3, 2, 1, tzinfo=UTC), b"x")
    del archive.copies["20250303123005", dead.url + history.path(second)]
    away = Reply(status=302, headers=(("Location", f"{publisher.url}/Detail/2025/03/02/{second}/story"),))
    archive.server.routes[strayed] = away
    other = dead.url + history.path(first)
    archive.server.routes[f"/web/20250304123005id_/{dead.url}{history.path(third)}"] = Reply(
        status=302, headers=(("Location", f"/web/20250302123005id_/{other}"),)
    )
    source_file(sources, dead, seeds=(archive.seed,))
    backfill(settings, history.first, history.last)
    assert loaded(rows) == {f"daily:{first}"}
    (row,) = rows("SELECT fetched_at FROM articles")
    assert row["fetched_at"] == when[f"daily:{first}"]
    assert parked in archive.replayed()
    assert publisher.asked == []
    said = " ".join(row["last_problem"] for row in rows("SELECT last_problem FROM link WHERE state <> 'captured'"))
    assert "a copy of another page" in said and "is no host of daily" in said


def test_a_copy_that_bears_the_name_of_another_page_than_a_feed_lists_is_not_taken(
    settings: Settings, dead: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(dead, date(2025, 3, 1), date(2025, 3, 2), a_day=(1,))
    for n, day in history.articles.items():
        captured_at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        archive.keep(dead.url + history.path(n), captured_at, brief("Tickets for the theatre this summer"))
    source_file(sources, dead, seeds=(archive.seed,))
    listed, other = sorted(history.articles)
    run_id = discover(settings, history.first, history.last)
    list_under(
        settings, run_id, f"daily:{listed}", dead.url + history.path(listed), "Gale breaks harbour wall overnight"
    )
    backfill(settings, history.first, history.last)
    assert loaded(rows) == {f"daily:{other}"}, "nothing is known of the other: its URL says that it is an article"


def test_a_copy_is_free_of_the_archives_own_additions(
    settings: Settings, dead: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(dead, date(2025, 3, 1), date(2025, 3, 1), a_day=(1,))
    (n,) = history.articles
    plain = article(n).replace("2026-11-20", "2025-03-01")
    shown = plain.replace(
        "<head>", '<head><script src="/_static/js/x.js"></script>\n<!-- End Wayback Rewrite JS Include -->'
    )
    shown = shown.replace(
        "<article>",
        "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div><p>The Wayback Machine has 12 captures of this page, which it "
        "shows in a calendar.</p></div><!-- END WAYBACK TOOLBAR INSERT --><article>",
    )
    archive.keep(dead.url + history.path(n), datetime(2025, 3, 2, tzinfo=UTC), shown.encode())
    source_file(sources, dead, seeds=(archive.seed,))
    backfill(settings, history.first, history.last)
    (row,) = rows("SELECT text FROM articles")
    assert "district" in row["text"] and "Wayback" not in row["text"]
    assert without_additions(shown.encode(), archive.server.url) == plain.encode()


# The index


def test_a_window_asks_for_the_urls_of_its_days_whenever_they_were_captured_and_lists_its_own_alone(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, date(2025, 2, 1), date(2025, 4, 30))
    archived(archive, history)
    source_file(sources, publisher, seeds=(archive.seed,))
    run = discover(settings, date(2025, 3, 10), date(2025, 3, 12))
    assert wanted(rows, run) == history.keys(history.of(date(2025, 3, 10), date(2025, 3, 12)))
    (query,) = archive.queries
    assert query["from"] == "20250303000000" and "to" not in query
    assert (query["matchType"], query["collapse"]) == ("host", "urlkey")
    assert len(history.of(date(2025, 3, 3), date(2025, 3, 19))) <= archive.listed < len(history.articles) / 3


def test_an_index_that_knows_no_such_filter_is_read_whole(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, date(2025, 2, 1), date(2025, 4, 30))
    archived(archive, history)
    archive.takes = str.__contains__  # pywb's way, where a ~ would make it a pattern
    source_file(sources, publisher, seeds=(archive.seed,))
    run = discover(settings, date(2025, 3, 10), date(2025, 3, 12))
    assert wanted(rows, run) == history.keys(history.of(date(2025, 3, 10), date(2025, 3, 12)))
    narrowed, whole = archive.queries
    assert narrowed["filters"] and not whole["filters"] and "to" not in whole


def test_where_some_urls_name_no_day_they_are_asked_for_by_when_they_were_captured(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, date(2025, 2, 1), date(2025, 4, 30))
    archived(archive, history)
    page = article(77).encode()
    archive.keep(f"{publisher.url}/Detail/77", datetime(2025, 3, 11, tzinfo=UTC), page)
    archive.keep(f"{publisher.url}/Detail/78", datetime(2025, 4, 29, tzinfo=UTC), page)
    file = source_file(sources, publisher, seeds=(archive.seed,))
    both = re.sub(
        r"^article_url = (.*)$", r'article_url = [\1, "^/Detail/(?P<id>[0-9]+)$"]', file.read_text(), flags=re.M
    )
    file.write_text(both)
    run = discover(settings, date(2025, 3, 10), date(2025, 3, 12))
    assert wanted(rows, run) == history.keys(history.of(date(2025, 3, 10), date(2025, 3, 12))) | {"daily:77"}
    assert [("to" in query, bool(query["filters"])) for query in archive.queries] == [(False, True), (True, False)]


@given(first=st.dates(date(1996, 1, 1), date(2030, 1, 1)), days=st.integers(0, 9000), within=st.integers(0, 9000))
def test_urls_that_name_a_day_of_a_window_are_asked_for_however_it_is_written(
    first: date, days: int, within: int
) -> None:
    pattern = naming_days(first, first + timedelta(days=days))
    day = first + timedelta(days=min(within, days))
    for written in (f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}", f"{day:%Y-%m-%d}"):
        assert re.fullmatch(pattern, f"https://www.example.com/news/{written}/a-story-1")
    assert len(quote(pattern)) < MAX_URL_CHARS / 2
    assert not re.fullmatch(pattern, f"https://www.example.com/news/{first.year + 40}/01/02/a-story-1")


@given(first=st.dates(date(1996, 1, 1), date(2030, 1, 1)), days=st.integers(0, 62))
def test_no_other_day_near_a_window_is_asked_for(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    pattern = naming_days(first, last)
    for n in range(-70, days + 70):
        day = first + timedelta(days=n)
        for written in (f"{day:%Y/%m/%d}", f"{day.year}/{day.month}/{day.day}", f"{day:%Y%m%d}/"):
            named = re.fullmatch(pattern, f"https://www.example.com/{written}") is not None
            assert named == (first <= day <= last), written


def test_urls_without_days_are_taken_by_when_they_were_captured(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    file = source_file(sources, publisher, seeds=(archive.seed,))
    file.write_text(file.read_text().replace("(?P<date>\\d{4}/\\d{1,2}/\\d{1,2})/", "[^/]+/[^/]+/[^/]+/"))
    history = History(publisher, date(2025, 1, 1), date(2025, 6, 30))
    archived(archive, history)
    run = discover(settings, *MARCH)
    assert wanted(rows, run) == history.keys(history.of(date(2025, 2, 21), date(2025, 4, 29)))
    assert archive.queries[0]["to"] == "20250501000000"


def test_an_index_that_is_busy_is_asked_again_and_one_that_stays_so_is_told(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, *MARCH)
    archived(archive, history)
    source_file(sources, publisher, seeds=(archive.seed,))
    archive.instead = [Reply(status=429, headers=(("Retry-After", "1"),))]
    began = time.monotonic()
    assert wanted(rows, discover(settings, *MARCH)) == history.keys()
    assert time.monotonic() - began > 0.9 and len(archive.queries) == 2
    archive.instead = [Reply(status=429, headers=(("Retry-After", "3600"),))]
    discover(settings, *MARCH)
    assert len(archive.queries) == 3
    assert polls(rows)[-1]["outcome"] == "failed" and "429" in polls(rows)[-1]["detail"]


@pytest.mark.parametrize("body", [b'[["urlkey","timestamp"', b"{}", b"[1]", b"<html>busy</html>", b"[" * 100_000])
def test_an_index_that_is_none_is_told_and_covers_nothing(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows, body: bytes
) -> None:
    history = History(publisher, *MARCH)
    archived(archive, history)
    archive.page_rows = 5
    source_file(sources, publisher, seeds=(archive.seed,))
    archive.server.routes.clear()
    good = archive.answer
    archive.server.otherwise = lambda path: Reply(body=body) if "resumeKey=10" in path else good(path)
    discover(settings, *MARCH)
    (poll,) = polls(rows)
    assert poll["outcome"] == "damaged" and poll["links"] == 10, poll
    assert rows("SELECT * FROM reach WHERE NOT isempty(days)") == []


def test_an_index_that_goes_round_in_a_circle_ends(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    source_file(sources, publisher, seeds=(archive.seed,))
    archive.server.otherwise = lambda path: Reply(body=json.dumps([FIELDS, [], ["again"]]).encode())
    discover(settings, *MARCH)
    assert "circle" in polls(rows)[0]["detail"]
    assert len(archive.server.asked) == 2


def test_hostile_rows_are_left_out_and_the_others_are_read(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, *MARCH)
    archived(archive, history)
    url = f"{publisher.url}/Detail/2025/03/05/99/story"
    archive.extra = [
        [],
        [1, 2, 3, {}, None],
        ["k", "20250305000000", "http://169.254.169.254/Detail/2025/03/05/99/x", "text/html", "200", "d"],
        ["k", "20250305000000", "file:///Detail/2025/03/05/99/x", "text/html", "200", "d"],
        ["k", "20250305000000", url + "\r\nHost: x", "text/html", "200", "d"],
        ["k", "20250305000000", url + "a" * 3000, "text/html", "200", "d"],
        ["k", "20250305000000", "http://[", "text/html", "200", "d"],
        ["k", "99999999999999", url, "text/html", "200", "d"],
        ["k", "20990305000000", url, "text/html", "200", "d"],
        ["k", "2025", url, "text/html", "200", "d"],
        ["k", "20250305000000", url, "image/png", "200", "d"],
        ["k", "20250305000000", url, "text/html", "404", "d"],
        ["k", "20250305000000", f"{archive.server.url}/Detail/2025/03/05/99/x", "text/html", "200", "d"],
    ]
    source_file(sources, publisher, seeds=(archive.seed,))
    assert wanted(rows, discover(settings, *MARCH)) == history.keys()
    assert polls(rows)[0]["outcome"] == "read"


def test_a_dry_run_stores_nothing_and_says_what_would_be_fetched(
    settings: Settings, dead: Publisher, archive: WebArchive, sources: Path, rows: Rows, mirrorwire: Callable[..., Ran]
) -> None:
    history = History(dead, *MARCH)
    archived(archive, history)
    source_file(sources, dead, seeds=(archive.seed,))
    done = mirrorwire("backfill", "daily", "--since", "2025-03-01", "--until", "2025-04-01", "--dry-run")
    told = [json.loads(line) for line in done.out.splitlines()]
    assert sum(row["to_fetch"] or 0 for row in told) == len(history.articles)
    for table in ("link", "archived_copy", "capture", "attempt"):
        assert rows(f"SELECT * FROM {table}") == []
    assert archive.replayed() == []


def test_killed_and_run_again_the_same_rows(
    settings: Settings, begin: Begin, dead: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(dead, *MARCH)
    when = archived(archive, history)
    archive.page_rows = 6
    source_file(sources, dead, seeds=(archive.seed,), delay_s=0.02)
    for after in (2, 9, 16):
        began = len(archive.server.begun)
        command = begin("backfill", "daily", "--since", "2025-03-01", "--until", "2025-04-01")
        while len(archive.server.begun) < began + after and not command.has_ended():
            time.sleep(0.005)
        command.kill()
        command.wait()
    done = backfill(settings, *MARCH)
    assert (done.failures, done.left) == ((), [])
    found = rows("SELECT article_key, fetched_at, version FROM articles")
    assert {row["article_key"]: row["fetched_at"] for row in found} == when
    assert {row["version"] for row in found} == {1}
    assert rows("SELECT count(*) AS n FROM archived_copy") == [{"n": len(when)}]


def test_without_a_window_all_that_the_index_holds_is_read(
    settings: Settings, dead: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(dead, date(2025, 3, 1), date(2025, 3, 6), a_day=(1, 2))
    archived(archive, history)
    source_file(sources, dead, seeds=(archive.seed,))
    ingest(settings)
    assert loaded(rows) == history.keys()
    assert not {"from", "to"} & set(archive.queries[0])


def test_a_poll_asks_an_index_only_where_there_is_nothing_else(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, date(2025, 3, 1), date(2025, 3, 6), a_day=(1, 2))
    archived(archive, history)
    history.sitemaps()
    source_file(sources, publisher, seeds=(("sitemap", "/sitemap.xml"), archive.seed))
    ingest(settings, live=True)
    assert loaded(rows) == history.keys()
    assert archive.queries == []
    source_file(sources, publisher, seeds=(archive.seed,))
    ingest(settings, live=True)
    assert archive.queries != []


def test_with_prefixes_only_what_begins_so_is_listed(
    settings: Settings, publisher: Publisher, archive: WebArchive, sources: Path, rows: Rows
) -> None:
    history = History(publisher, date(2025, 2, 1), date(2025, 4, 30))
    archived(archive, history)
    archive.keep(f"{publisher.url}/print/Detail/2025/03/11/9/story", datetime(2025, 3, 12, tzinfo=UTC), b"")
    file = source_file(sources, publisher, seeds=(archive.seed,))
    with file.open("a", encoding="utf-8") as text:
        text.write('prefixes = [{ path = "/Detail/{year}/{month}/" }]\n')
    run = discover(settings, *MARCH)
    assert wanted(rows, run) == history.keys(history.of(*MARCH))
    asked = [query["url"].partition("/")[2] for query in archive.queries]
    assert asked == ["Detail/2025/02/", "Detail/2025/03/", "Detail/2025/04/"]
    near = history.of(MARCH[0] - timedelta(days=7), MARCH[1] + timedelta(days=7))
    assert archive.listed == len(near)
    ingest(settings)
    assert loaded(rows) == history.keys()
    assert archive.queries[-1]["url"].partition("/")[2] == "Detail/"


# The parser, and the source file

SOURCE = Source(
    key="daily",
    name="The Daily",
    language=None,
    timezone="UTC",
    article_url=(r"/Detail/(?P<date>\d{4}/\d\d/\d\d)/(?P<id>\d+)",),
    hosts=(Host(url="https://daily.example"), Host(url="https://archive.example", role="archive")),
    seeds=(Seed(kind="webarchive", url="https://archive.example/cdx"),),
)


def test_plain_lines_are_read_as_json_is() -> None:
    line = "example,daily)/detail 20250305010203 https://daily.example/Detail/2025/03/05/7/x text/html 200 SHA"
    as_json = json.dumps([FIELDS, line.split(" "), [], ["go on"]])
    found = [
        read_index(body.encode(), url="https://archive.example/cdx", source=SOURCE, seed="s", now=NOW)
        for body in (f"{line}\n\ngo on\n", as_json)
    ]
    assert found[0] == found[1]
    assert found[0].resume_key == "go on"
    (copy,) = found[0].copies
    assert (copy.link.article_key, copy.link.day) == ("daily:7", date(2025, 3, 5))
    assert copy.captured_at == datetime(2025, 3, 5, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [b"\xff", b"[[1]]", b'[["timestamp","original"],[],[7]]', b"x" * (MAX_INDEX_BYTES + 1), b'[["a"]' + b"9" * 5000],
)
def test_what_is_no_index_is_refused(body: bytes) -> None:
    with pytest.raises(SeedUnreadable):
        read_index(body, url="https://archive.example/cdx", source=SOURCE, seed="s", now=NOW)


def test_an_empty_index_lists_nothing() -> None:
    for body in (b"", b"[]", b"\n"):
        assert read_index(body, url="u", source=SOURCE, seed="s", now=NOW).copies == ()


def test_a_link_on_an_archive_is_no_article_of_the_source() -> None:
    copied = "https://archive.example/web/20250305010203/https://daily.example/Detail/2025/03/05/7/x"
    assert read_link(copied, SOURCE) is None
    assert timestamp_of("19800101000000", NOW) is None
    assert timestamp_of(f"{NOW + timedelta(days=3):%Y%m%d%H%M%S}", NOW) is None


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("ftp://archive.example/cdx", "a webarchive seed's url is an index's"),
        ("https://user:word@archive.example/cdx", "a webarchive seed's url is an index's"),
        ("https://archive.example/cdx?x=1", "a webarchive seed's url is an index's"),
        ("https://daily.example/cdx", "is on a host of the publisher"),
    ],
)
def test_an_archive_that_is_none_is_refused_with_its_place(
    settings: Settings, sources: Path, url: str, line: str
) -> None:
    source_file(sources, Publisher(url="https://daily.example"), seeds=(("webarchive", url),))
    with pytest.raises(SourceFileError, match=line):
        find_source(settings, "daily")


def test_an_archive_that_a_source_file_lists_as_a_host_stands_once(settings: Settings, sources: Path) -> None:
    file = source_file(
        sources, Publisher(url="https://daily.example"), seeds=(("webarchive", "https://archive.example/cdx"),)
    )
    assert [host.role for host in find_source(settings, "daily").hosts] == ["primary", "archive"]
    file.write_text(file.read_text() + '[[hosts]]\nurl = "https://archive.example"\nrole = "archive"\n')
    assert [host.role for host in find_source(settings, "daily").hosts] == ["primary", "archive"]
