"""A page of a WARC file is read once: as it is copied. What it gave is kept with its copy, or left to `extract`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Listing, Reading
from mirrorwire.fetch import keep_reading
from mirrorwire.fetch.run_fetcher import RunFetcher
from tests.discover.test_warc_seed import DAY, Page, Rows, discover, folder, ingest, loaded, members, rows, warcs
from tests.pipeline.test_readings import Killed, killed_at_the_sixth, watch_readings
from tests.support.listings import brief, list_under

__all__ = ["folder", "rows", "warcs"]
NUMBERS = range(12)
STORED = "SELECT e.* FROM extraction e ORDER BY capture_id"
EXTRACT_COUNTS = "SELECT counts FROM run_step WHERE step = 'extract'"


@pytest.fixture
def library(folder: Path) -> Path:
    """A file with twelve articles."""
    (folder / "a.warc.gz").write_bytes(members([Page(n=n) for n in NUMBERS]))
    return folder


def test_a_copied_page_is_read_once_in_a_run(
    warcs: Settings, library: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = watch_readings(monkeypatch)
    done = ingest(warcs, DAY)
    assert loaded(rows) == {*NUMBERS}
    assert {n for url, n in read.items() if "/news/" in url} == {1}
    assert done.counts["article"] == len(NUMBERS)
    assert [row["counts"] for row in rows(EXTRACT_COUNTS)] == [{}]


def test_what_was_read_at_the_copy_is_what_the_step_extract_gives(warcs: Settings, library: Path, rows: Rows) -> None:
    ingest(warcs, DAY)
    stored = "SELECT xmin::text AS written, e.* FROM extraction e ORDER BY capture_id"
    before = rows(stored)
    assert len(before) == len(NUMBERS)
    rows("UPDATE capture SET extractor_version = 0, read_again = 'pruned' WHERE link_id IS NOT NULL RETURNING 1")
    assert ingest(warcs, DAY).counts["article"] == len(NUMBERS)
    assert rows(stored) == before


def test_a_copy_that_was_read_by_rules_of_before_is_left_to_the_step_extract(
    warcs: Settings, library: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_page = RunFetcher.read_page

    def read_before(self: RunFetcher, exchange: Exchange, listing: Listing | None) -> Reading:
        reading = read_page(self, exchange, listing)
        return Reading(extraction=reading.extraction, revision=reading.revision - 1)

    monkeypatch.setattr(RunFetcher, "read_page", read_before)
    ingest(warcs, DAY)
    assert loaded(rows) == {*NUMBERS}
    assert [row["counts"] for row in rows(EXTRACT_COUNTS) if row["counts"]] == [{"article": len(NUMBERS)}]


@pytest.mark.parametrize("place", ["before", "behind"])
def test_killed_between_a_copy_and_what_it_gave_and_run_again_gives_the_same_rows(
    warcs: Settings, library: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(keep_reading, "keep_extraction", killed_at_the_sixth(place))
        ingest(warcs, DAY)
    states = rows("SELECT extractor_version > 0 AS is_read, count(*) AS n FROM capture WHERE chosen GROUP BY 1")
    assert states == [{"is_read": True, "n": 5}], "a copy is stored with what it gave, or not at all"
    ingest(warcs, DAY)
    assert loaded(rows) == {*NUMBERS}
    assert rows("SELECT count(*) AS n FROM capture WHERE chosen") == [{"n": len(NUMBERS)}]
    assert rows("SELECT count(*) AS n FROM extraction") == [{"n": len(NUMBERS)}]
    assert rows("SELECT count(*) AS n FROM article_version") == [{"n": len(NUMBERS)}]


def test_what_a_feed_calls_a_link_is_known_of_its_copy(warcs: Settings, folder: Path, rows: Rows) -> None:
    pages = [Page(n=n, body=brief("Tickets for the theatre this summer")) for n in range(3)]
    run_id = discover(warcs, date(2024, 3, 1))
    list_under(warcs, run_id, "harbour:1", pages[1].target, "Gale breaks harbour wall overnight")
    list_under(warcs, run_id, "harbour:2", pages[2].target, "Tickets for the theatre this summer")
    (folder / "a.warc.gz").write_bytes(members(pages))
    discover(warcs, DAY)
    verdicts = rows("SELECT article_key, verdict FROM warc_record ORDER BY 1")
    assert verdicts == [
        {"article_key": "harbour:0", "verdict": "article"},
        {"article_key": "harbour:1", "verdict": "suspect"},
        {"article_key": "harbour:2", "verdict": "article"},
    ]
