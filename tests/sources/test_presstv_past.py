"""The founding case: the bundled Press TV reaches every time since 2010, over real HTTP, by what is known of its sites.

Sections hold today, monthly sitemaps 2014-12 to 2023-11, and a web archive's index what neither of them holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.windows import days_between, midnight
from tests.conftest import Ran
from tests.support.archive_server import archiving
from tests.support.history import ONE_DAY
from tests.support.presstv import PressTV, dated_path, undated_path
from tests.support.publisher import publishing

UTC_ZONE = ZoneInfo("UTC")
Rows = Callable[..., list[dict[str, Any]]]
MirrorWire = Callable[..., Ran]
SECTIONS = "101 10101 10104 10106 10115 10116 102 10202 103 10301 104 10401 105 106 107 108".split()
"""Those of which a name is known."""
UNNAMED = "120"
"""Economy, culture, sports: sections that are known to be there, and whose numbers are not."""


@pytest.fixture
def presstv(settings: Settings) -> Iterator[PressTV]:
    with publishing() as primary, publishing() as mirror, archiving() as archive:
        site = PressTV(primary, mirror, archive)
        assert settings.sources is not None
        site.write_source(settings.sources)
        yield site


def backfilled(mirrorwire: MirrorWire, first: date, last: date) -> dict[str, Any]:
    """Run the command for days, the last included; returns its row."""
    done = mirrorwire("backfill", "presstv", "--since", f"{first}", "--until", f"{last + ONE_DAY}", "--format", "json")
    assert done.code == 0, done.err
    (row,) = json.loads(done.out)
    assert isinstance(row, dict)
    return row


def uncovered(mirrorwire: MirrorWire, first: date, last: date) -> list[str]:
    days = mirrorwire("coverage", "presstv", "--since", f"{first}", "--until", f"{last + ONE_DAY}", "--format", "json")
    assert days.code == 0, days.err
    rows = json.loads(days.out)
    assert len(rows) == (last - first).days + 1
    return [row["day"] for row in rows if row["status"] == "not covered"]


def articles(rows: Rows) -> dict[str, dict[str, Any]]:
    found = rows("SELECT article_key, served_by, fetched_at, published_at, text FROM articles")
    return {row["article_key"]: row for row in found}


def test_a_month_of_2011_comes_from_the_archive_in_both_shapes_that_links_had(
    settings: Settings, presstv: PressTV, rows: Rows, mirrorwire: MirrorWire
) -> None:
    first, last = date(2011, 5, 1), date(2011, 5, 31)
    numbers: dict[int, date] = {}
    for n, day in enumerate(days_between(date(2011, 3, 20), date(2011, 7, 10)), 170_000):
        path = undated_path(n) if n % 2 else dated_path(n, day)
        presstv.capture(path, n, day)
        numbers[n] = day
    presstv.capture("/detail.aspx?id=169000", 169_000, date(2011, 5, 5))
    numbers[169_000] = date(2011, 5, 5)
    presstv.open()
    row = backfilled(mirrorwire, first, last)

    month = {f"presstv:{n}" for n, day in numbers.items() if first <= day <= last}
    loaded = articles(rows)
    assert loaded.keys() >= month and row["inserted"] == len(month) == 32
    assert {key for key, held in loaded.items() if held["published_at"].date() < first} == set()
    for key in month:
        assert loaded[key]["served_by"] == presstv.archive.server.url
        assert f"district {key.partition(':')[2]} " in loaded[key]["text"]
        assert "SHARE THIS ARTICLE" not in loaded[key]["text"]
    assert uncovered(mirrorwire, first, last) == []
    prefixes = {query["url"].partition("/")[2] for query in presstv.archive.queries}
    assert prefixes == {"Detail/2011/04/", "Detail/2011/05/", "Detail/2011/06/", "detail/", "detail.aspx"}
    assert {query["matchType"] for query in presstv.archive.queries} == {"prefix"}


def test_a_month_of_2019_comes_from_its_sitemap_and_what_was_taken_off_from_the_archive(
    settings: Settings, presstv: PressTV, rows: Rows, mirrorwire: MirrorWire
) -> None:
    first, last = date(2019, 5, 1), date(2019, 5, 31)
    numbers: dict[int, date] = {}
    for n, day in enumerate(days_between(date(2019, 4, 10), date(2019, 6, 20)), 590_000):
        presstv.publish(n, day, in_sitemap=True)
        numbers[n] = day
    lost = [n for n, day in numbers.items() if first <= day <= last][::10]
    for n in lost:
        presstv.take_off(dated_path(n, numbers[n]))
        presstv.capture(dated_path(n, numbers[n]), n, numbers[n], after=timedelta(days=40))
    presstv.open()
    row = backfilled(mirrorwire, first, last)

    month = {f"presstv:{n}" for n, day in numbers.items() if first <= day <= last}
    loaded = articles(rows)
    assert loaded.keys() == month and row["inserted"] == len(month) == 31
    by_archive = {key for key, held in loaded.items() if held["served_by"] == presstv.archive.server.url}
    assert by_archive == {f"presstv:{n}" for n in lost}
    assert {loaded[key]["fetched_at"].date() for key in by_archive} == {numbers[n] + timedelta(days=40) for n in lost}
    assert all("district" in held["text"] for held in loaded.values())
    assert uncovered(mirrorwire, first, last) == []
    assert len(presstv.archive.replayed()) == len(lost)
    asked = presstv.primary.paths("/SiteMap/")
    assert asked == ["/SiteMap/2019-05/sitemap-news-2019-05.xml"]


def test_a_month_of_2025_comes_from_its_sections_and_what_stands_in_no_known_one_from_the_index(
    settings: Settings, presstv: PressTV, rows: Rows, mirrorwire: MirrorWire
) -> None:
    first, last = date(2025, 5, 1), date(2025, 5, 31)
    numbers: dict[int, date] = {}
    unlisted: set[int] = set()
    for n, day in enumerate(days_between(date(2025, 3, 1), date(2025, 8, 31)), 740_000):
        numbers[n] = day
        if n % 8 == 0:
            presstv.capture(presstv.publish(n, day, section=UNNAMED), n, day)
            unlisted.add(n)
        else:
            presstv.publish(n, day, section=SECTIONS[n % len(SECTIONS)])
    presstv.open()
    row = backfilled(mirrorwire, first, last)

    month = {f"presstv:{n}" for n, day in numbers.items() if first <= day <= last}
    loaded = articles(rows)
    assert loaded.keys() == month and row["inserted"] == len(month) == 31
    assert unlisted & {int(key.partition(":")[2]) for key in loaded}
    assert {held["served_by"] for held in loaded.values()} == {presstv.primary.url}
    assert presstv.archive.replayed() == []
    assert uncovered(mirrorwire, first, last) == []


def test_the_primary_gone_dark_the_mirror_serves_a_month(
    settings: Settings, presstv: PressTV, rows: Rows, mirrorwire: MirrorWire
) -> None:
    first, last = date(2023, 10, 1), date(2023, 10, 10)
    for n, day in enumerate(days_between(date(2023, 9, 20), date(2023, 11, 30)), 710_000):
        presstv.publish(n, day, in_sitemap=True)
    presstv.open()
    presstv.primary.routes.clear()
    row = backfilled(mirrorwire, first, last)
    assert row["inserted"] == 10
    assert {held["served_by"] for held in articles(rows).values()} == {presstv.mirror.url}
    assert uncovered(mirrorwire, first, last) == []


@pytest.mark.slow
def test_no_month_since_2010_is_out_of_reach(settings: Settings, presstv: PressTV, mirrorwire: MirrorWire) -> None:
    today = datetime.now(UTC).date()
    for n, day in enumerate(days_between(date(2010, 1, 1), today - ONE_DAY), 100_000):
        if n % 4 == 0:
            presstv.archive.keep(presstv.primary.url + dated_path(n, day), midnight(day, UTC_ZONE), b"")
    for n, section in enumerate([*SECTIONS, "10102"], 800_000):
        presstv.publish(n, today - ONE_DAY, section=section)
    presstv.open()
    done = mirrorwire("backfill", "presstv", "--since", "2010-01-01", "--until", f"{today}", "--dry-run")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert len(rows) == (today - date(2010, 1, 1)).days
    assert [row["day"] for row in rows if not row["covered"]] == []


def test_the_file_names_the_sections_that_are_known(settings: Settings) -> None:
    named = {seed.path for seed in find_source(settings, "presstv").seeds if seed.kind == "section"}
    assert named == {f"/Section/{number}/{{page}}" for number in [*SECTIONS, "10102"]}
