"""The past of a publisher over real HTTP: what reaches it, what that costs the host, and what is held at the end."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import SourceFileError, WrongUse
from mirrorwire.core.windows import days_between
from mirrorwire.pipeline import passes, steps
from mirrorwire.reports.coverage import covered_days
from mirrorwire.store import db
from tests.conftest import Ran
from tests.discover.test_warc_seed import Page, members
from tests.support.archive_server import WebArchive, archiving
from tests.support.command_forks import Running
from tests.support.history import ONE_DAY, Held, History, month_path
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, publishing, source_file

Rows = Callable[..., list[dict[str, Any]]]
Begin = Callable[..., Running]
SITEMAP, SECTION = ("sitemap", "/sitemap.xml"), ("section", "/Section/101/{page}")
MARCH = (date(2025, 3, 1), date(2025, 3, 31))


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as found:
        yield found


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return tmp_path / "sources"


def backfill(settings: Settings, first: date, last: date) -> passes.PassResult:
    return ingest(settings, kind="backfill", since=f"{first}", until=f"{last + ONE_DAY}")


def discover(settings: Settings, first: date, last: date | None = None, name: str = "") -> int:
    """Read the seeds for a window of days, and fetch nothing; returns the run."""
    run_id = steps.open_run(
        settings,
        "daily",
        kind="backfill",
        external_id=f"{name}{first} {last} {time.monotonic()}",
        since=f"{first}",
        until=f"{(last or first) + ONE_DAY}",
        now=datetime.now(UTC),
    )
    steps.discover(settings, run_id, now=datetime.now(UTC))
    return run_id


def wanted(rows: Rows, run_id: int) -> set[str]:
    found = rows("SELECT article_key FROM link JOIN link_want USING (link_id) WHERE run_id = %s", run_id)
    return {row["article_key"] for row in found}


def loaded(rows: Rows) -> set[str]:
    return {row["article_key"] for row in rows("SELECT article_key FROM articles")}


def asked(publisher: Publisher, start: str) -> Counter[tuple[str, int]]:
    return Counter((a.path, a.status) for a in publisher.asked if a.path.startswith(start))


# Sitemaps: finished months


def test_thirty_days_of_a_finished_month_cost_one_request_of_it_and_one_of_the_index_each(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, publisher, seeds=(SITEMAP,))
    history = History(publisher, date(2025, 2, 1), date(2025, 4, 30))
    history.sitemaps()
    for day in days_between(*MARCH)[:30]:
        assert wanted(rows, discover(settings, day)) == history.keys(history.of(day, day))
    assert asked(publisher, "/SiteMap/") == {(month_path(MARCH[0]), 200): 1}
    assert asked(publisher, "/sitemap.xml") == {("/sitemap.xml", 200): 1, ("/sitemap.xml", 304): 29}
    wide = discover(settings, date(2025, 2, 20), date(2025, 4, 10))
    assert wanted(rows, wide) == history.keys(history.of(date(2025, 2, 20), date(2025, 4, 10)))
    assert sorted(publisher.paths("/SiteMap/")) == [month_path(date(2025, n, 1)) for n in (2, 3, 4)]


def test_thirty_days_over_numbered_sitemaps_cost_one_request_of_each_that_has_not_changed_lately(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, publisher, seeds=(SITEMAP,))
    today = datetime.now(UTC).date()
    history = History(publisher, date(2025, 2, 1), date(2025, 5, 31))
    ids = sorted(history.articles)
    parts = [ids[n : n + 25] for n in range(0, len(ids), 25)]
    children = []
    for n, part in enumerate(parts):
        publisher.sitemap(f"/part{n}.xml", *((history.path(id_), None) for id_ in part))
        children.append((f"/part{n}.xml", f"{history.articles[part[-1]]}"))
    publisher.sitemap("/news.xml", (publisher.page(1), None))
    publisher.sitemap("/sitemap.xml", *children, ("/news.xml", f"{today}"), index=True)
    for day in days_between(*MARCH)[:30]:
        assert wanted(rows, discover(settings, day)) == history.keys(history.of(day, day))
    assert set(asked(publisher, "/part").values()) == {1}
    assert "/part0.xml" not in publisher.paths(), "last changed before the first window"
    assert len(publisher.paths("/news.xml")) == 30, "it may hold anything by now"


def test_runs_at_once_read_a_finished_month_once(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, publisher, seeds=(SITEMAP,))
    history = History(publisher, *MARCH)
    history.sitemaps()
    days = days_between(*MARCH)[:6]
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda day: discover(settings, day), days))
    assert publisher.paths("/SiteMap/") == [month_path(MARCH[0])]
    assert [wanted(rows, run) for run in runs] == [history.keys(history.of(day, day)) for day in days]


def test_a_month_that_may_still_change_is_read_again_and_one_that_its_index_says_changed(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, publisher, seeds=(SITEMAP,))
    today = datetime.now(UTC).date()
    history = History(publisher, today - 20 * ONE_DAY, today, a_day=(1,))
    history.sitemaps()
    this_month = today.replace(day=1)
    for _ in range(2):
        discover(settings, today)
    assert asked(publisher, month_path(this_month)) == {(month_path(this_month), 200): 2}

    publisher.asked.clear()
    past = History(publisher, *MARCH)
    march = month_path(MARCH[0])

    def told(lastmod: str, changed: int | None = None) -> None:
        entries = ((past.path(n), "2025-04-20" if n == changed else "2025-04-01") for n in past.articles)
        publisher.sitemap(march, *entries)
        publisher.sitemap("/sitemap.xml", (march, lastmod), index=True)

    told("2025-04-01T00:00:00Z")
    backfill(settings, *MARCH)
    first, last = min(past.articles), max(past.articles)
    told(f"{datetime.now(UTC) + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}", changed=last)
    publisher.asked.clear()
    early = discover(settings, past.articles[first])
    assert asked(publisher, march) == {(march, 200): 1}
    assert wanted(rows, early) == set(), "stored, and not what changed"
    late = discover(settings, past.articles[last])
    assert wanted(rows, late) == {f"daily:{last}"}, "what changed waits for the window that wants it"


def test_what_windows_have_read_hides_nothing_from_a_poll_and_counts_as_no_work_left(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows, mirrorwire: Callable[..., Ran]
) -> None:
    source_file(sources, publisher, seeds=(SITEMAP,))
    history = History(publisher, *MARCH, a_day=(0, 0, 1))
    history.sitemaps()
    day = next(iter(history.articles.values()))
    done = backfill(settings, day, day)
    assert (done.failures, done.left) == ((), [])
    (told,) = [
        row
        for row in json.loads(mirrorwire("status", "daily", "--format", "json").out)["sources"]
        if row["source"] == "daily"
    ]
    assert (told["pending"], told["links"]) == (0, [])
    ingest(settings)
    assert loaded(rows) == history.keys()
    publisher.asked.clear()
    ingest(settings)
    assert asked(publisher, "/S") == {}, "a finished month is not asked for by a poll either"


def test_a_month_cut_off_is_read_again(settings: Settings, publisher: Publisher, sources: Path, rows: Rows) -> None:
    source_file(sources, publisher, seeds=(SITEMAP,))
    history = History(publisher, *MARCH)
    history.sitemaps()
    whole = publisher.routes[month_path(MARCH[0])]
    assert isinstance(whole, Reply)
    publisher.routes[month_path(MARCH[0])] = replace(whole, body=whole.body[: len(whole.body) // 2])
    discover(settings, *MARCH)
    publisher.routes[month_path(MARCH[0])] = whole
    assert wanted(rows, discover(settings, *MARCH)) == history.keys()


def test_links_that_name_no_day_are_taken_from_the_month_that_shows_them(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows
) -> None:
    file = source_file(sources, publisher, seeds=(SITEMAP,))
    file.write_text(file.read_text().replace("(?P<date>\\d{4}/\\d{1,2}/\\d{1,2})/", "[^/]+/[^/]+/[^/]+/"))
    history = History(publisher, date(2025, 2, 1), date(2025, 3, 31))
    history.sitemaps()
    for _ in range(2):
        run = discover(settings, date(2025, 3, 10))
        assert wanted(rows, run) == history.keys(history.of(*MARCH))
    assert asked(publisher, "/SiteMap/") == {(month_path(MARCH[0]), 200): 1}


# Listings


def test_thirty_days_deep_in_a_listing_do_not_each_walk_from_its_first_page(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, publisher, seeds=(SECTION,))
    history = History(publisher, date(2024, 12, 1), date(2025, 12, 31), a_day=(1, 2, 3))
    pinned = [history.path(n) for n in list(history.articles)[:12]]
    history.sections(pages=60, pinned=pinned, extra=[history.path(max(history.articles))])
    for n, day in enumerate(days_between(*MARCH)[:30]):
        if n == 15:  # fifty new articles have come: all pages have moved
            newer = History(publisher, date(2024, 12, 1), date(2025, 12, 31), a_day=(1, 2, 3))
            newer.articles |= {9000 + extra: date(2025, 12, 31) for extra in range(50)}
            newer.sections(pages=64, pinned=pinned)
        assert wanted(rows, discover(settings, day)) == history.keys(history.of(day, day)), day
    pages = publisher.paths("/Section/")
    assert len(pages) <= 30 * 6, Counter(pages)
    assert pages.count("/Section/101/1") <= 2


def test_a_listing_that_has_lost_pages_is_read_from_its_first_page_again(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, publisher, seeds=(SECTION,))
    history = History(publisher, date(2025, 1, 1), date(2025, 6, 30))
    history.sections(pages=20, size=10)
    discover(settings, date(2025, 2, 10))
    history.sections(pages=10, size=30)
    day = date(2025, 2, 12)
    assert wanted(rows, discover(settings, day, day + ONE_DAY)) == history.keys(history.of(day, day + ONE_DAY))


def test_a_listing_whose_urls_name_no_day_is_read_whole_and_then_near_what_is_stored(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows
) -> None:
    file = source_file(sources, publisher, seeds=(SECTION,))
    file.write_text(file.read_text().replace("(?P<date>\\d{4}/\\d{1,2}/\\d{1,2})/", "[^/]+/[^/]+/[^/]+/"))
    history = History(publisher, date(2025, 1, 1), date(2025, 4, 30), a_day=(0, 1))
    history.sections(pages=20, size=5)
    backfill(settings, date(2025, 1, 10), date(2025, 1, 12))
    assert loaded(rows) == history.keys(history.of(date(2025, 1, 10), date(2025, 1, 12)))
    assert publisher.paths("/Section/")[0] == "/Section/101/1"
    ingest(settings)
    publisher.asked.clear()
    assert wanted(rows, discover(settings, date(2025, 1, 20))) == set(), "all of it is stored"
    assert len(publisher.paths("/Section/")) < 12, "jumped to by what is stored"
    publisher.asked.clear()
    discover(settings, date(2025, 1, 18))
    pages = publisher.paths("/Section/")
    assert "/Section/101/1" not in pages and len(pages) < 8, pages


# Wrong windows, and what would be done


def test_wrong_windows_get_one_line_and_exit_code_2(
    settings: Settings, publisher: Publisher, sources: Path, mirrorwire: Callable[..., Ran]
) -> None:
    file = source_file(sources, publisher, seeds=(SITEMAP,))
    file.write_text("since = 2007-07-02\n" + file.read_text())
    tomorrow = datetime.now(UTC).date() + ONE_DAY
    for since, until, said in (
        ("2025-03-02", "2025-03-01", "until '2025-03-01' is not after since"),
        ("2025-03-02", f"{tomorrow + ONE_DAY}", "lies in the future"),
        (f"{tomorrow}", f"{tomorrow + ONE_DAY}", "lies in the future"),
        ("2007-06-01", "2007-07-02", "the publisher began on 2007-07-02"),
    ):
        for words in (["backfill", "daily"], ["backfill", "daily", "--dry-run"], ["coverage", "daily"]):
            done = mirrorwire(*words, "--since", since, "--until", until)
            assert (done.code, done.out) == (2, ""), (words, since, until, done)
            assert said in done.err and len(done.err.strip().splitlines()) == 1
    assert publisher.asked == []
    with pytest.raises(WrongUse, match="the publisher began"):
        steps.open_run(
            settings,
            "daily",
            kind="backfill",
            external_id="airflow",
            interval=(datetime(2007, 6, 1, tzinfo=UTC), datetime(2007, 6, 2, tzinfo=UTC)),
            now=datetime.now(UTC),
        )


@pytest.mark.parametrize("value", ['"2007-07-02"', "2007", "1815-06-18", "2007-07-02T10:00:00"])
def test_a_first_day_that_is_none_is_refused_with_its_place(settings: Settings, sources: Path, value: str) -> None:
    file = source_file(sources, Publisher(url="https://daily.example"), seeds=(SITEMAP,))
    file.write_text(f"since = {value}\n" + file.read_text())
    with pytest.raises(SourceFileError, match="since: must be a day since 1990, without quotes"):
        find_source(settings, "daily")


def test_a_dry_run_tells_each_day_and_stores_nothing(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows, mirrorwire: Callable[..., Ran]
) -> None:
    source_file(sources, publisher, seeds=(SITEMAP, SECTION))
    history = History(publisher, date(2025, 2, 1), date(2025, 5, 20), a_day=(0, 0, 1))
    history.sitemaps(until=date(2025, 4, 10))
    history.sections(pages=1, size=10)
    listed = min(day for n, day in history.articles.items() if n > max(history.articles) - 10)
    known = max(day for day in history.articles.values() if day <= date(2025, 4, 10))
    backfill(settings, date(2025, 3, 1), date(2025, 3, 20))
    window = ("--since", "2025-03-01", "--until", "2025-05-21", "--dry-run")
    for _ in range(2):
        before = rows("SELECT count(*) AS n FROM link"), rows("SELECT count(*) AS n FROM seed_document")
        done = mirrorwire("backfill", "daily", *window)
        told = {date.fromisoformat(row["day"]): row for row in map(json.loads, done.out.splitlines())}
        assert (rows("SELECT count(*) AS n FROM link"), rows("SELECT count(*) AS n FROM seed_document")) == before
        for day in days_between(date(2025, 3, 1), date(2025, 5, 20)):
            there = len(history.of(day, day)) if day <= known or day >= listed else 0
            stored = there if day <= date(2025, 3, 20) else 0
            assert (told[day]["to_fetch"], told[day]["stored"]) == (there - stored, stored), day
            seeds = [SECTION[1]] * (day >= listed) + [SITEMAP[1]] * (day <= known)
            assert (told[day]["seeds"], told[day]["covered"]) == (seeds, bool(seeds)), day
        assert "no seed reaches" in done.err


# Begun again, and at once


def test_killed_half_way_and_started_again_nothing_is_asked_for_twice(
    settings: Settings, begin: Begin, publisher: Publisher, sources: Path, rows: Rows
) -> None:
    source_file(sources, publisher, seeds=(SITEMAP, SECTION), delay_s=0.03)
    history = History(publisher, date(2025, 2, 1), date(2025, 3, 31))
    history.sitemaps()
    history.sections(pages=8, size=10)
    command = begin("backfill", "daily", "--since", "2025-02-10", "--until", "2025-03-20")
    while len(publisher.paths("/Detail/")) < 12 and not command.has_ended():
        time.sleep(0.01)
    command.kill()
    command.wait()
    backfill(settings, date(2025, 2, 10), date(2025, 3, 19))
    held = history.of(date(2025, 2, 10), date(2025, 3, 19))
    assert loaded(rows) == history.keys(held)
    pages = Counter(publisher.paths("/Detail/"))
    assert set(pages) == {history.path(n) for n in held}
    assert sum(pages.values()) <= len(held) + 1, "but for the one that was on its way"
    assert set(asked(publisher, "/SiteMap/").values()) == {1}


STOCK = {
    "link": "SELECT article_key, url, day, state, tries, last_problem FROM link",
    "link_hint": "SELECT article_key, seed, title, slug, lastmod FROM link_hint JOIN link USING (link_id)",
    "link_want": "SELECT article_key FROM link_want JOIN link USING (link_id)",
    "articles": "SELECT article_key, canonical_url, urls, title, lead, text, authors, published_at, section, tags, "
    "language, image, version, gone_at FROM articles",
    "article_version": "SELECT article_key, version, title, text FROM article_version JOIN article USING (article_id)",
    "clusters": "SELECT array_agg(article_key ORDER BY article_key) AS keys FROM signature "
    "JOIN text_signature USING (text_hash) GROUP BY cluster_id",
    "rejection": "SELECT article_key, verdict FROM rejection JOIN link USING (link_id)",
    "captures": "SELECT article_key, count(*) AS n FROM capture JOIN link USING (link_id) WHERE chosen GROUP BY 1",
    "coverage_by_day": "SELECT * FROM coverage_by_day",
}


def stock(rows: Rows) -> dict[str, list[str]]:
    """All tables as far as no id, no clock and no run enters them."""
    return {name: sorted(json.dumps(row, default=str) for row in rows(query)) for name, query in STOCK.items()}


def test_a_backfill_beside_the_live_schedule_ends_in_the_same_rows_as_after_it(
    begin: Begin, publisher: Publisher, sources: Path, rows: Rows, database_url: str
) -> None:
    today = datetime.now(UTC).date()
    history = History(publisher, today - 45 * ONE_DAY, today, a_day=(0, 1, 1))
    history.sitemaps()
    newest = [n for n, day in history.articles.items() if day >= today - 20 * ONE_DAY]
    items = "".join(
        f"<item><title>Story number {n}</title><link>{publisher.url}{history.path(n)}</link></item>" for n in newest
    )
    publisher.routes["/rss.xml"] = Reply(body=f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
    source_file(sources, publisher, seeds=(("feed", "/rss.xml"), SITEMAP), delay_s=0.01)
    live = ["ingest", "daily", "--live"]
    past = ["backfill", "daily", "--since", f"{history.first}", "--until", f"{today + ONE_DAY}"]

    def run(*commands: list[str]) -> dict[str, list[str]]:
        running = [begin(*words) for words in commands]
        assert {command.wait().code for command in running} <= {0, 3}
        return stock(rows)

    run(live, past)
    together = run(live)
    assert {path: n for path, n in Counter(publisher.paths("/Detail/")).items() if n > 1} == {}
    with db.connect(database_url) as conn:
        conn.execute("TRUNCATE source CASCADE")
    run(live)
    run(past)
    after = run(live)
    assert loaded(rows) == history.keys()
    for name in STOCK:
        assert together[name] == after[name], name


# Reach: 400 days

LAST = date(2025, 12, 31)
FIRST = LAST - timedelta(days=399)
NO_MONTH = date(2025, 3, 1)
"""Of this month there is no sitemap, and none after the middle of October."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Where others than the publisher keep what it published."""

    archive: WebArchive
    folder: Path


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Beside]:
    (tmp_path / "files").mkdir()
    with archiving() as archive:
        yield Beside(archive=archive, folder=tmp_path / "files")


def by_sitemap(history: History, beside: Beside) -> Held:
    return history.sitemaps([month for month in history.months() if month != NO_MONTH], until=date(2025, 10, 15))


def by_sections(history: History, beside: Beside) -> Held:
    return history.sections(pages=12)


def by_web_archive(history: History, beside: Beside) -> Held:
    """An archive that holds what the publisher took off since, and some of what it still serves."""
    held = frozenset(n for n in history.of(date(2025, 1, 20), date(2025, 3, 12)) if n % 4)
    for n in held:
        url, day = history.publisher.url + history.path(n), history.articles[n]
        beside.archive.keep(url, datetime(day.year, day.month, day.day, 20, tzinfo=UTC), history.page(n))
        if n % 3 == 0:
            del history.publisher.routes[history.path(n)]
    return Held(seed=beside.archive.seed, articles=held, covered=enclosed(history, held))


def by_warc(history: History, beside: Beside) -> Held:
    held = frozenset(n for n in history.of(date(2025, 3, 20), date(2025, 4, 20)) if n % 4)
    for name, part in (("a", sorted(held)[::2]), ("b", sorted(held)[1::2])):
        url = history.publisher.url
        pages = [Page(n=n, day=history.articles[n], url=url + history.path(n), body=history.page(n)) for n in part]
        (beside.folder / f"{name}.warc.gz").write_bytes(members(pages))
    return Held(seed=("warc", f"{beside.folder}/*.warc.gz"), articles=held, covered=enclosed(history, held))


def enclosed(history: History, held: Iterable[int]) -> frozenset[date]:
    days = [history.articles[n] for n in held]
    return frozenset(days_between(min(days), max(days)))


BUILDERS: dict[str, Callable[[History, Beside], Held]] = {
    "sitemap": by_sitemap,
    "section": by_sections,
    "webarchive": by_web_archive,
    "warc": by_warc,
}
"""Each builds what one kind of seed holds of a history; a new kind is one entry."""


def held_by(history: History, beside: Beside, *names: str) -> tuple[list[Held], set[int], set[date]]:
    held = [BUILDERS[name](history, beside) for name in names]
    return (
        held,
        {n for each in held for n in each.articles if history.articles[n] <= history.last},
        {day for each in held for day in each.covered},
    )


def coverage(settings: Settings) -> dict[date, dict[str, Any]]:
    source = find_source(settings, "daily")
    with db.connect(settings.database_url or "") as conn:
        found = covered_days(conn, source, f"{FIRST}", f"{LAST + ONE_DAY}", datetime.now(UTC))
    return {row["day"]: row for row in found}


def told_exactly(settings: Settings, history: History, held: set[int], covered: set[date]) -> None:
    """Coverage names the days that are missing, all of them and no other, and counts the rest."""
    told = coverage(settings)
    assert [day for day, row in told.items() if row["status"] == "not covered"] == [
        day for day in days_between(FIRST, LAST) if day not in covered
    ]
    for day, row in told.items():
        count = len({n for n in held if history.articles[n] == day}) if day in covered else None
        assert (row["links"], row["loaded"]) == (count, count), day


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("names", [*((name,) for name in BUILDERS), tuple(BUILDERS)], ids="+".join)
def test_all_of_400_days_that_any_seed_holds_is_loaded_once_and_the_missing_days_are_told(
    settings: Settings, publisher: Publisher, sources: Path, rows: Rows, names: tuple[str, ...], beside: Beside
) -> None:
    history = History(publisher, FIRST, LAST, a_day=(0, 1, 1, 1))
    seeds, held, covered = held_by(history, beside, *names)
    source_file(sources, publisher, seeds=tuple(each.seed for each in seeds))
    done = backfill(settings, FIRST, LAST)
    assert (done.failures, done.left) == ((), [])
    assert loaded(rows) == history.keys(held)
    assert set(Counter(publisher.paths("/Detail/")).values()) <= {1}
    assert set(Counter(beside.archive.replayed()).values()) <= {1}
    (counts,) = rows("SELECT count(*) AS n, max(version) AS version FROM article_version")
    assert counts == {"n": len(held), "version": 1}
    by_archive = rows("SELECT article_key FROM articles WHERE served_by = %s", beside.archive.server.url)
    assert len(by_archive) == len(beside.archive.replayed())
    assert bool(by_archive) == ("webarchive" in names)
    told_exactly(settings, history, held, covered)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_400_days_killed_at_ten_moments_and_resumed_are_the_same_rows(
    settings: Settings, begin: Begin, publisher: Publisher, sources: Path, rows: Rows, beside: Beside
) -> None:
    history = History(publisher, FIRST, LAST, a_day=(0, 0, 1, 1))
    seeds, held, covered = held_by(history, beside, *BUILDERS)
    source_file(sources, publisher, seeds=tuple(each.seed for each in seeds))
    words = ["backfill", "daily", "--since", f"{FIRST}", "--until", f"{LAST + ONE_DAY}"]
    chance = random.Random(7)
    for _ in range(10):
        began = len(publisher.asked)
        command = begin(*words)
        while len(publisher.asked) == began and not command.has_ended():
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 2.5))
        command.kill()
        command.wait()
    done = backfill(settings, FIRST, LAST)
    assert (done.failures, done.left) == ((), [])
    assert loaded(rows) == history.keys(held)
    (counts,) = rows("SELECT count(*) AS n, max(version) AS version FROM article_version")
    assert counts == {"n": len(held), "version": 1}
    assert set(Counter(publisher.paths("/SiteMap/")).values()) <= {1, 2}, "but for one that was on its way"
    told_exactly(settings, history, held, covered)
