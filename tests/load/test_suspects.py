"""A page that is only probably the article: loaded and marked, first, and never in place of what is sure."""

from __future__ import annotations

import hashlib
import itertools
from datetime import timedelta
from typing import Any

import pytest

from mirrorwire.core.records import LoadResult, Verdict
from mirrorwire.load.articles import Incoming
from mirrorwire.load.history import CapturedContent, history
from mirrorwire.store.db import Connection
from tests.load.test_load import NOW, Desk, saying

DOUBT = "running text, and few article signals"


@pytest.fixture
def desk(conn: Connection) -> Desk:
    return Desk(conn)


def suspect(row: Incoming) -> Incoming:
    return saying(row, verdict="suspect", doubts=[DOUBT])


def versions(desk: Desk) -> list[tuple[Any, ...]]:
    return desk.conn.execute("SELECT version, text, verdict, doubts FROM article_version ORDER BY version").fetchall()


def shown(desk: Desk) -> tuple[Any, ...] | None:
    return desk.conn.execute("SELECT text, verdict, doubts, version FROM articles").fetchone()


def test_of_a_suspect_the_reason_is_the_first_doubt() -> None:
    evidence = {"reason": DOUBT, "doubts": ["cut off"]}
    assert Verdict(kind="suspect", evidence=evidence).doubts == [DOUBT, "cut off"]
    assert Verdict(kind="article", evidence=evidence).doubts == ["cut off"]
    assert Verdict(kind="article").doubts == []


def test_a_suspect_is_a_first_version_and_marked(desk: Desk) -> None:
    assert desk.load(suspect(desk.row(1, "first"))) == LoadResult(inserted=1)
    assert versions(desk) == [(1, "first", "suspect", [DOUBT])]
    assert shown(desk) == ("first", "suspect", [DOUBT], 1)


def test_a_sure_page_with_a_doubt_keeps_it(desk: Desk) -> None:
    desk.load(saying(desk.row(1, "first"), doubts=["cut off"]))
    assert shown(desk) == ("first", "article", ["cut off"], 1)


def test_a_suspect_is_no_revision_of_what_is_sure(desk: Desk) -> None:
    desk.load(desk.row(1, "sure"))
    assert desk.load(suspect(desk.row(1, "another text", minutes=5))) == LoadResult(unchanged=1)
    assert versions(desk) == [(1, "sure", "article", [])]


def test_a_sure_page_is_the_version_behind_a_suspect_one(desk: Desk) -> None:
    desk.load(suspect(desk.row(1, "half of it")))
    assert desk.load(desk.row(1, "all of it", minutes=5)) == LoadResult(revised=1)
    assert versions(desk) == [(1, "half of it", "suspect", [DOUBT]), (2, "all of it", "article", [])]
    assert shown(desk) == ("all of it", "article", [], 2)


def test_a_sure_page_of_the_same_content_makes_the_version_sure(desk: Desk) -> None:
    first = suspect(desk.row(1, "text", authors=()))
    desk.load(first)
    desk.load(desk.row(1, "text", minutes=5, authors=["A. Writer"]))
    assert versions(desk) == [(1, "text", "article", [])]
    found = desk.conn.execute("SELECT authors, first_seen_at, fetched_at FROM articles").fetchone()
    assert found == (["A. Writer"], NOW, NOW + timedelta(minutes=5)), "its fields are those of the sure page"


def test_a_suspect_of_the_same_content_changes_nothing(desk: Desk) -> None:
    desk.load(desk.row(1, "text"))
    assert desk.load(suspect(desk.row(1, "text", minutes=5))) == LoadResult(unchanged=1)
    assert shown(desk) == ("text", "article", [], 1)


def test_a_sure_page_that_was_fetched_before_takes_the_place_of_a_suspect_one(desk: Desk) -> None:
    desk.load(suspect(desk.row(1, "half of it", minutes=5)))
    desk.load(desk.row(1, "all of it"))
    assert versions(desk) == [(1, "all of it", "article", [])]


def test_suspects_alone_have_a_history(desk: Desk) -> None:
    desk.load(suspect(desk.row(1, "one")))
    assert desk.load(suspect(desk.row(1, "two", minutes=5))) == LoadResult(revised=1)
    assert [(number, text) for number, text, *_ in versions(desk)] == [(1, "one"), (2, "two")]


def test_a_page_read_again_as_sure_is_sure(desk: Desk) -> None:
    first = suspect(desk.row(1, "text"))
    desk.load(first)
    desk.load(saying(first, verdict="article", doubts=[], mends=True))
    assert shown(desk) == ("text", "article", [], 1)


def test_one_batch_of_suspect_and_sure_pages_is_one_history(desk: Desk) -> None:
    rows = [
        suspect(desk.row(1, "one")),
        suspect(desk.row(1, "two", minutes=1)),
        desk.row(1, "two", minutes=2),
        suspect(desk.row(1, "three", minutes=3)),
        desk.row(1, "four", minutes=4),
    ]
    assert desk.load(*rows).changed == 3
    told = [(number, text, verdict) for number, text, verdict, _ in versions(desk)]
    assert told == [(1, "one", "suspect"), (2, "two", "article"), (3, "four", "article")]


def captured(number: int, text: str, *, is_suspect: bool, stored: int | None = None) -> CapturedContent:
    return CapturedContent(
        capture_id=number,
        fetched_at=NOW + timedelta(minutes=number),
        content_hash=hashlib.sha256(text.encode()).digest(),
        number=stored,
        suspect=is_suspect,
    )


def test_a_suspect_behind_a_sure_page_belongs_to_its_version() -> None:
    readings = [
        captured(1, "one", is_suspect=True),
        captured(2, "two", is_suspect=False),
        captured(3, "three", is_suspect=True),
        captured(4, "two", is_suspect=False),
    ]
    for order in itertools.permutations(readings):
        assert [version.captures for version in history(order).versions] == [(1,), (2, 3, 4)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_versions_are_the_same_in_whatever_order_captures_are_loaded(
    order: tuple[int, ...],
) -> None:
    """Each step of a history is made from the one before, its numbers as they are stored."""
    readings = [
        captured(1, "one", is_suspect=True),
        captured(2, "two", is_suspect=True),
        captured(3, "two", is_suspect=False),
        captured(4, "three", is_suspect=True),
    ]
    known: list[CapturedContent] = []
    for place in order:
        after = history([*known, readings[place]])
        numbers = {version.first.capture_id: version.number for version in after.versions}
        loaded = [*known, readings[place]]
        known = [
            captured(
                reading.capture_id,
                {1: "one", 2: "two", 3: "two", 4: "three"}[reading.capture_id],
                is_suspect=reading.suspect,
                stored=numbers.get(reading.capture_id),
            )
            for reading in loaded
        ]
    told = [(version.first.capture_id, version.captures) for version in after.versions]
    assert told == [(1, (1,)), (3, (2, 3, 4))]
    assert {version.number for version in after.versions} == {1, 2}
