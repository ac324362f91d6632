"""A page of a WARC file is read once: as it is copied. What it gave is kept with its copy, or left to `extract`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mirrorwire import takedown
from mirrorwire.archive import ArchiveWriter, payload_digest, read_capture
from mirrorwire.core.config import Settings
from mirrorwire.core.exchange import Capture
from mirrorwire.core.records import Reading, Verdict
from mirrorwire.discover import copy_warcs
from mirrorwire.discover.copy_warcs import WarcCopier
from mirrorwire.fetch import keep_reading
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.store import db
from mirrorwire.workers import Job, Workers
from tests.conftest import environment
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
    read_pages = RunFetcher.read_pages

    def read_before(self: RunFetcher, jobs: Iterable[Job | Verdict]) -> Generator[Reading, None, None]:
        for reading in read_pages(self, jobs):
            yield Reading(extraction=reading.extraction, revision=reading.revision - 1)

    monkeypatch.setattr(RunFetcher, "read_pages", read_before)
    ingest(warcs, DAY)
    assert loaded(rows) == {*NUMBERS}
    assert [row["counts"] for row in rows(EXTRACT_COUNTS) if row["counts"]] == [{"article": len(NUMBERS)}]


@pytest.mark.parametrize("place", ["before", "behind"])
def test_killed_between_a_copy_and_what_it_gave_and_run_again_gives_the_same_rows(
    warcs: Settings, library: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(keep_reading, "keep_extraction", killed_at_the_sixth(place))
        patch.setattr(copy_warcs, "STORED_AT_ONCE", 2)
        ingest(warcs, DAY)
    states = rows("SELECT extractor_version > 0 AS is_read, count(*) AS n FROM capture WHERE chosen GROUP BY 1")
    assert states == [{"is_read": True, "n": 4}], "copies are stored two by two with what they gave, or not at all"
    ingest(warcs, DAY)
    assert loaded(rows) == {*NUMBERS}
    assert rows("SELECT count(*) AS n FROM capture WHERE chosen") == [{"n": len(NUMBERS)}]
    assert rows("SELECT count(*) AS n FROM extraction") == [{"n": len(NUMBERS)}]
    assert rows("SELECT count(*) AS n FROM article_version") == [{"n": len(NUMBERS)}]


def test_bytes_are_on_the_disk_before_the_rows_that_tell_where_they_lie(
    warcs: Settings, library: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    sync = ArchiveWriter.sync

    def watched(self: ArchiveWriter) -> None:
        seen.append(rows("SELECT count(*) AS n FROM capture WHERE chosen")[0]["n"])
        sync(self)

    monkeypatch.setattr(ArchiveWriter, "sync", watched)
    monkeypatch.setattr(copy_warcs, "STORED_AT_ONCE", 5)
    ingest(warcs, DAY)
    assert seen == [0, 5, 10], "once a batch, of which no row is seen until then"


def test_killed_while_it_copies_it_goes_on_behind_the_last_batch(warcs: Settings, folder: Path, rows: Rows) -> None:
    pages = range(160)
    (folder / "a.warc.gz").write_bytes(members([Page(n=n) for n in pages]))
    copied = "SELECT count(*) AS n FROM capture WHERE chosen"
    words = [sys.executable, "-m", "mirrorwire.cli", "ingest", "harbour"]
    run = subprocess.Popen(words, env=environment(warcs), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 100
    while not rows(copied)[0]["n"] and time.monotonic() < deadline:
        time.sleep(0.02)
    run.kill()
    run.wait()
    (kept,) = rows(copied)
    assert kept["n"] in (copy_warcs.STORED_AT_ONCE, 2 * copy_warcs.STORED_AT_ONCE)
    read = rows("SELECT max(capture_id) AS last FROM capture")[0]["last"]
    assert ingest(warcs, DAY).counts["article"] == len(pages) - kept["n"]
    assert loaded(rows) == {*pages}
    assert rows(f"SELECT count(*) AS n FROM capture WHERE chosen AND capture_id <= {read}") == [kept]
    stored = rows("SELECT digest, warc, warc_offset AS offset, warc_length AS length FROM capture WHERE chosen")
    assert len(stored) == len(pages)
    for place in stored:
        exchange = read_capture(warcs.archive, Capture(**place), spool=warcs.spool)
        assert payload_digest(exchange.body) == place["digest"]


def test_one_page_that_cannot_be_stored_takes_none_with_it_that_came_before(
    warcs: Settings, library: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = WarcCopier._take

    def failing(self: WarcCopier, file_id: int, copy: Any, reading: Reading) -> Any:
        if copy.record.article_key == "harbour:7":
            raise OSError("the disk is full")
        return take(self, file_id, copy, reading)

    monkeypatch.setattr(WarcCopier, "_take", failing)
    with pytest.raises(OSError, match="the disk is full"):
        discover(warcs, DAY)
    assert rows("SELECT count(*) AS n FROM capture WHERE chosen") == [{"n": 7}]


def test_what_is_taken_down_while_its_file_is_read_is_not_kept(
    warcs: Settings, library: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = WarcCopier._store

    def forgetting(self: WarcCopier, file_id: int, batch: Any) -> None:
        with db.connect(warcs.database_url or "") as conn:
            takedown.forget(conn, warcs, self._context.source, "harbour:7", reason=None)
        store(self, file_id, batch)

    monkeypatch.setattr(WarcCopier, "_store", forgetting)
    assert ingest(warcs, DAY).failures == ()
    assert loaded(rows) == {*NUMBERS} - {7}
    assert rows("SELECT count(*) AS n FROM capture WHERE chosen") == [{"n": len(NUMBERS) - 1}]


def test_all_processes_read_at_once(
    warcs: Settings, library: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy: list[int] = []
    hand_out = Workers._hand_out

    def counted(self: Workers, queue: Any) -> None:
        hand_out(self, queue)
        busy.append(sum(child.chunk is not None for child in self._children))

    monkeypatch.setattr(Workers, "_hand_out", counted)
    monkeypatch.setattr("mirrorwire.workers.page_queue.CHUNK_PAGES", 2)
    ingest(replace(warcs, processes=2), DAY)
    assert loaded(rows) == {*NUMBERS}
    assert max(busy) == 2


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
