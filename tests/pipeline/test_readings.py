"""A page is read once in a run: as it is fetched. What it gave is kept with it, or left to the step `extract`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Extraction, Listing, Reading, Verdict
from mirrorwire.fetch import keep_reading
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.store import boilerplate
from mirrorwire.store.db import Connection
from mirrorwire.workers import Job, Workers
from tests.pipeline.test_isolation import NUMBERS, daily, ingest, loaded
from tests.pipeline.test_pipeline import Rows
from tests.support.publisher import Publisher, Reply

__all__ = ["daily"]
EXTRACT_COUNTS = "SELECT counts FROM run_step WHERE step = 'extract'"


def watch_readings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count by URL how often children are given a page to judge or to read."""
    read: Counter[str] = Counter()
    extract, verify = Workers.extract, Workers.verify

    def extracting(self: Workers, jobs: Iterable[Job | Verdict], **given: Any) -> Generator[Extraction, None, None]:
        counted = []
        for job in jobs:
            assert isinstance(job, Job)
            read[job.url] += 1
            counted.append(job)
        yield from extract(self, counted, **given)

    def verifying(self: Workers, body: bytes, *, url: str, **given: Any) -> Verdict:
        read[url] += 1
        return verify(self, body, url=url, **given)

    monkeypatch.setattr(Workers, "extract", extracting)
    monkeypatch.setattr(Workers, "verify", verifying)
    return read


def test_a_page_is_read_once_in_a_run(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = watch_readings(monkeypatch)
    done = ingest(settings)
    assert loaded(rows) == {*NUMBERS}
    assert {n for url, n in read.items() if "/Detail/" in url} == {1}
    assert done.counts["article"] == len(NUMBERS)
    assert [row["counts"] for row in rows(EXTRACT_COUNTS)] == [{}]


def test_the_rules_are_asked_for_once_in_a_step(
    settings: Settings, daily: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading_rules = boilerplate.reading_rules
    asked: list[str] = []

    def counted(conn: Connection, source: str) -> boilerplate.Rules:
        asked.append(source)
        return reading_rules(conn, source)

    monkeypatch.setattr(boilerplate, "reading_rules", counted)
    done = ingest(settings)
    assert done.counts["article"] == len(NUMBERS) > 1
    assert len(asked) == 2, "once by the step fetch, once by the step extract"


def test_what_was_read_at_the_fetch_is_what_the_step_extract_gives(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    ingest(settings)
    stored = "SELECT xmin::text AS written, e.* FROM extraction e ORDER BY capture_id"
    before = rows(stored)
    rows("UPDATE capture SET extractor_version = 0, read_again = 'pruned' WHERE link_id IS NOT NULL RETURNING 1")
    assert ingest(settings).counts["article"] == len(NUMBERS)
    assert rows(stored) == before


def test_a_page_that_was_read_by_rules_of_before_is_left_to_the_step_extract(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_page = RunFetcher.read_page

    def read_before(self: RunFetcher, exchange: Exchange, listing: Listing | None) -> Reading:
        reading = read_page(self, exchange, listing)
        return replace(reading, revision=reading.revision - 1)

    monkeypatch.setattr(RunFetcher, "read_page", read_before)
    ingest(settings)
    assert loaded(rows) == {*NUMBERS}
    assert [row["counts"] for row in rows(EXTRACT_COUNTS) if row["counts"]] == [{"article": len(NUMBERS)}]


def test_a_page_that_is_no_article_is_read_once_too(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "/Detail/2026/11/20/7/story"
    daily.routes[path] = Reply(body=b"<html><body><p>Soon.</p></body></html>")
    read = watch_readings(monkeypatch)
    ingest(settings)
    assert [row["verdict"] for row in rows("SELECT verdict FROM rejection")] == ["thin"]
    assert read[f"{daily.url}{path}"] == 1


class Killed(BaseException):
    """Stands for the end of the process: no wall catches it, and its transaction is rolled back."""


def killed_at_the_sixth(place: str) -> Callable[..., bool]:
    """Keep what pages give, until the process is killed at the sixth: before it is kept, or behind that."""
    keep = keep_reading.keep_extraction
    kept = []

    def killed(*words: Any, **named: Any) -> bool:
        if len(kept) == 5 and place == "before":
            raise Killed
        done = keep(*words, **named)
        kept.append(done)
        if len(kept) == 6:
            raise Killed
        return done

    return killed


@pytest.mark.parametrize("place", ["before", "behind"])
def test_killed_between_a_capture_and_what_it_gave_and_run_again_gives_the_same_rows(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(keep_reading, "keep_extraction", killed_at_the_sixth(place))
        ingest(settings)
    states = rows("SELECT DISTINCT c.extractor_version > 0 AS is_read FROM capture c WHERE link_id IS NOT NULL")
    assert states == [{"is_read": True}], "a capture is stored with what it gave, or not at all"
    ingest(settings)
    assert loaded(rows) == {*NUMBERS}
    (counts,) = rows("SELECT count(*) AS captures, count(DISTINCT link_id) AS links FROM capture WHERE chosen")
    assert counts["links"] == len(NUMBERS)
    assert rows("SELECT count(*) AS n FROM extraction") == [{"n": len(NUMBERS)}]
    assert rows("SELECT count(*) AS n FROM article_version") == [{"n": len(NUMBERS)}]
