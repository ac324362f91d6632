"""Coverage: what is held of each day, which days hold too little, and how a million links are told of in time."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.windows import days_between
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports.calendar_html import in_words, page
from mirrorwire.reports.coverage import COUNTS, covered_days, is_thin, rows_of, spans, usual_for
from mirrorwire.store import db
from mirrorwire.store.coverage import DayCounts
from tests.conftest import NEWSROOM_DAY, Ran
from tests.newsroom import Newsroom
from tests.support.opened_run import opened_run

Run = Callable[..., Ran]
Rows = Callable[..., list[dict[str, Any]]]
MONDAY = date(2025, 3, 3)
TODAY = date(2026, 1, 1)


def held(loaded: int, *, day: date = MONDAY, covered: bool = True, **given: int) -> DayCounts:
    counts = dict.fromkeys(COUNTS, 0) | {"links": loaded, "captured": loaded, "loaded": loaded} | given
    return DayCounts(day=day, covered=covered, **counts)


def days(*loaded: int | None, first: date = MONDAY) -> dict[date, DayCounts]:
    """Days in a row by how many articles are loaded of each; `None` is not covered."""
    named = {first + timedelta(days=n): count for n, count in enumerate(loaded)}
    return {day: held(count, day=day) for day, count in named.items() if count is not None}


def statuses(found: dict[date, DayCounts], n: int) -> list[str]:
    return [row["status"] for row in rows_of(found, days_between(MONDAY, MONDAY + timedelta(days=n - 1)), TODAY)]


def test_a_day_that_holds_far_less_than_its_neighbours_is_thin() -> None:
    found = days(20, 21, 19, 7, 20, 22, 20, 20)
    assert statuses(found, 8) == ["covered"] * 3 + ["thin"] + ["covered"] * 4


def test_a_quiet_weekend_is_not_thin_and_a_quiet_sunday_among_busy_ones_is() -> None:
    weeks = [20, 22, 21, 19, 20, 5, 4] * 6
    assert set(statuses(days(*weeks), 42)) == {"covered"}
    weeks[20] = 0
    weeks[23] = 4
    told = statuses(days(*weeks), 42)
    assert [n for n, status in enumerate(told) if status == "thin"] == [23], "4 on a Thursday; none of 4 may be chance"
    busy = [20, 22, 21, 19, 20, 15, 14] * 6
    busy[20] = 2
    assert [n for n, status in enumerate(statuses(days(*busy), 42)) if status == "thin"] == [20]


def test_days_that_are_not_covered_say_so_and_never_nought() -> None:
    found = days(3, 0, None, 3) | {MONDAY + timedelta(days=4): held(1, day=MONDAY + timedelta(days=4), covered=False)}
    rows = rows_of(found, days_between(MONDAY, MONDAY + timedelta(days=4)), TODAY)
    assert [row["status"] for row in rows] == ["covered", "covered", "not covered", "covered", "not covered"]
    assert [row["links"] for row in rows] == [3, 0, None, 3, 1]
    assert {rows[2][name] for name in COUNTS} == {None}


def test_days_that_are_not_covered_say_nothing_of_what_is_usual() -> None:
    loaded = {MONDAY + timedelta(weeks=n): 10 for n in range(3)}
    assert usual_for(MONDAY + timedelta(weeks=3), loaded) == 10.0
    assert usual_for(MONDAY + timedelta(weeks=1), loaded) is None, "two alone are too few"
    assert usual_for(MONDAY + timedelta(weeks=30), loaded) is None


def test_the_running_day_is_not_thin_yet() -> None:
    found = days(*[20] * 10, 1)
    last = MONDAY + timedelta(days=10)
    assert rows_of(found, [last], last)[0]["status"] == "covered"
    assert rows_of(found, [last], last + timedelta(days=1))[0]["status"] == "thin"


@given(st.integers(0, 500), st.floats(0, 500))
def test_only_a_day_under_two_fifths_of_the_usual_is_thin(loaded: int, usual: float) -> None:
    if is_thin(loaded, usual):
        assert loaded < 0.4 * usual
    assert not is_thin(loaded, None)
    assert is_thin(0, 30.0) and not is_thin(0, 2.0) and not is_thin(12, 30.0)


def test_days_in_a_row_are_told_as_one_stretch() -> None:
    rows = rows_of(days(1, None, None, 1, None), days_between(MONDAY, MONDAY + timedelta(days=4)), TODAY)
    tuesday, wednesday, friday = (MONDAY + timedelta(days=n) for n in (1, 2, 4))
    assert spans(rows, "not covered") == [(tuesday, wednesday), (friday, friday)]


# The command


def test_coverage_counts_each_day_in_every_format(mirrorwire: Run, newsroom: Newsroom) -> None:
    first, last = NEWSROOM_DAY - timedelta(days=6), NEWSROOM_DAY
    window = ("--since", f"{first}", "--until", f"{last + timedelta(days=1)}")
    assert mirrorwire("backfill", "courier", *window).code == 0
    told = [json.loads(line) for line in mirrorwire("coverage", "courier", *window).out.splitlines()]
    published = [article.published.date() for article in newsroom.articles]
    assert [row["day"] for row in told] == [f"{day}" for day in days_between(first, last)]
    assert list(told[0]) == ["day", "status", *COUNTS, "usual"]
    for row in told:
        n = published.count(date.fromisoformat(row["day"])) or None
        assert (row["links"], row["captured"], row["loaded"]) == (n, n, n)
        assert row["status"] == ("covered" if n else "not covered")
        assert {row[name] for name in ("rejected", "gone", "pending", "failed")} == {0 if n else None}
    assert json.loads(mirrorwire("coverage", "courier", *window, "--format", "json").out) == told
    table = mirrorwire("coverage", "courier", *window, "--format", "table").out
    assert table.count("not covered") == 2
    rows = list(csv.DictReader(io.StringIO(mirrorwire("coverage", "courier", *window, "--format", "csv").out)))
    assert [row["loaded"] for row in rows] == ["" if row["loaded"] is None else f"{row['loaded']}" for row in told]
    whole = [json.loads(line) for line in mirrorwire("coverage", "courier").out.splitlines()]
    assert whole[0]["day"] == f"{min(published)}" and whole[-1]["day"] >= f"{last}"
    html = mirrorwire("coverage", "courier", *window, "--format", "html")
    assert html.code == 0 and html.out.startswith("<!DOCTYPE html>") and "The Sample Courier" in html.out


def test_coverage_of_a_source_never_read_says_not_covered(mirrorwire: Run) -> None:
    done = mirrorwire("coverage", "courier")
    assert {json.loads(line)["status"] for line in done.out.splitlines()} == {"not covered"}
    assert mirrorwire("coverage", "curier").code == 2


# The calendar


class Cells(HTMLParser):
    """The cells of a page with their titles and classes, and whatever it asks for from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.titles: list[str] = []
        self.looks: dict[str, str] = {}
        self.elsewhere: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elsewhere += [(tag, given.get(name)) for name in ("src", "href", "action", "data") if name in given]
        self.elsewhere += [(tag, None)] if tag in ("script", "link", "iframe", "img", "object", "form") else []
        if tag == "td" and (title := given.get("title")):
            self.titles.append(title)
            self.looks[title[4:14]] = given.get("class") or ""


def calendar(rows: list[dict[str, Any]], name: str = "The Daily") -> Cells:
    return Cells(page(name, rows, made_at=datetime(2026, 1, 1, tzinfo=UTC)))


def test_the_calendar_has_a_cell_a_day_that_tells_its_numbers_and_needs_nothing_from_elsewhere() -> None:
    found = days(*[20] * 28, 3, None, 20, first=MONDAY)
    found[MONDAY] = held(18, links=20, pending=1, rejected=1)
    rows = rows_of(found, days_between(MONDAY, MONDAY + timedelta(days=30)), TODAY)
    cells = calendar(rows)
    assert [title.split(":")[0] for title in cells.titles] and len(cells.titles) == 31
    assert "Mon 2025-03-03: covered; 20 links known, 18 captured, 18 loaded, 1 rejected, 1 pending" in cells.titles
    assert "Mon 2025-03-31: thin; 3 links known, 3 captured, 3 loaded; usual 20" in cells.titles
    assert "Tue 2025-04-01: not covered" in cells.titles
    assert cells.looks["2025-04-01"] == "not" and "left" in cells.looks["2025-03-03"]
    assert cells.looks["2025-03-31"].split()[1:] == ["thin"] and "rest" in cells.looks["2025-03-09"]
    assert cells.elsewhere == []
    text = page("x", rows, made_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not re.search(r"https?:|url\(|@import", text)
    assert "1 day: 2025-04-01" in text and "1 day: 2025-03-31" in text


def test_a_publishers_name_is_no_markup() -> None:
    text = page('<script>alert("x")</script>', [], made_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert "<script" not in text


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        full = colour if len(colour) == 7 else "#" + "".join(char * 2 for char in colour[1:])
        parts = [int(full[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_number_stands_out_from_its_colour() -> None:
    text = page("x", [], made_at=datetime(2026, 1, 1, tzinfo=UTC))
    pairs = re.findall(r"\.s\d \{ background: (#\w+); color: (#\w+) \}", text)
    assert len(pairs) == 6
    assert all(contrast(back, front) >= 4.5 for back, front in pairs), pairs  # WCAG 2, AA


def test_a_day_in_words_names_what_is_there() -> None:
    (row,) = rows_of({MONDAY: held(0, links=2, failed=2)}, [MONDAY], TODAY)
    assert in_words(row) == "Mon 2025-03-03: covered; 2 links known, 0 loaded, 2 failed"


# A million links


@pytest.mark.slow
def test_a_million_links_are_told_of_in_a_second_a_year(settings: Settings, rows: Rows) -> None:
    prepare(settings)
    with db.connect(settings.database_url or "") as conn:
        fill(conn, 1_000_000, days=4000)
        source = find_source(settings, "courier")
        now = datetime(2025, 12, 31, 12, tzinfo=UTC)
        began = time.perf_counter()
        year = covered_days(conn, source, "2025-01-01", "2026-01-01", now)
        year_s = time.perf_counter() - began
        began = time.perf_counter()
        whole = covered_days(conn, source, None, None, now)
        whole_s = time.perf_counter() - began
        (link_s,) = conn.execute("SELECT count(*) FROM link").fetchone() or (0,)
    assert link_s == 1_000_000
    assert len(year) == 365 and sum(row["links"] for row in year) > 80_000
    assert len(whole) >= 4000 and sum(row["links"] for row in whole) == 1_000_000
    print(f"a year {year_s:.2f} s, all of eleven years {whole_s:.2f} s")
    assert year_s < whole_s / 2, "a window reads its own days and not all of them"
    assert year_s < 5 and whole_s < 60, "far above what it takes, for busy machines"


def fill(conn: db.Connection, links: int, days: int) -> None:
    """Put that many links of `courier` on the frontier over so many days, one of twenty with an article."""
    conn.execute(
        "INSERT INTO source (source_key, name, timezone) VALUES ('courier', 'x', 'Asia/Tehran') ON CONFLICT DO NOTHING"
    )
    run = conn.execute(
        "INSERT INTO run (source_key, kind, external_id, all_seeds, sweep, revisit, started_at)"
        " VALUES ('courier', 'backfill', 'x', true, false, false, now()) RETURNING run_id"
    ).fetchone()
    assert run
    conn.execute(
        "INSERT INTO link (source_key, article_key, url, day, state, discovered_at, discovered_by)"
        " SELECT 'courier', 'courier:' || n, 'https://x.example/' || n, date '2025-12-31' - (n %% %(days)s)::int,"
        " CASE WHEN n %% 10 = 0 THEN 'pending' ELSE 'captured' END, now(), %(run)s"
        " FROM generate_series(0, %(links)s - 1) AS n",
        {"days": days, "run": run[0], "links": links},
    )
    conn.execute(
        "INSERT INTO seed_poll (run_id, seed, polled_at, outcome, reached) VALUES (%s, '/sitemap.xml', now(), 'read',"
        " datemultirange(daterange(date '2025-12-31' - %s, '2025-12-31', '[]')))",
        [run[0], days - 1],
    )
    conn.execute("ANALYZE")


def test_what_seeds_reached_adds_up_over_runs_and_a_retry_takes_nothing_away(settings: Settings, rows: Rows) -> None:
    from mirrorwire.store import frontier, ledger

    source, now = find_source(settings, "courier"), datetime.now(UTC)
    prepare(settings)
    chance = random.Random(3)
    expected: set[date] = set()
    with db.connect(settings.database_url or "") as conn:
        frontier.keep_source(conn, source)
        for n in range(6):
            run = opened_run(conn, source, now, name=f"{n}")
            for _ in range(2):
                first = MONDAY + timedelta(days=chance.randrange(60))
                last = first + timedelta(days=chance.randrange(9))
                expected |= set(days_between(first, last))
                ledger.record_poll(
                    conn, run, "/sitemap.xml", outcome="read", polled_at=now, spans=[(first, last)], days=(first, last)
                )
        told = covered_days(conn, source, f"{MONDAY}", f"{MONDAY + timedelta(days=90)}", now)
    assert {row["day"] for row in told if row["status"] == "covered"} == expected
    assert {row["links"] for row in told if row["status"] == "covered"} == {0}
