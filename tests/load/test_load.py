"""Loading: versions, history, several loaders at once, and a reload that writes nothing."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.rows import dict_row

from mirrorwire.core.config import read_source
from mirrorwire.core.records import Article, Image, Link, LoadResult, Source
from mirrorwire.load import articles
from mirrorwire.load.articles import Incoming
from mirrorwire.store import db, frontier
from mirrorwire.store.db import Connection
from tests.newsroom import SOURCE_FILE
from tests.support.opened_run import opened_run

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
COURIER = read_source(SOURCE_FILE)


class Desk:
    """Makes rows to load: links, captures and what they say."""

    def __init__(self, conn: Connection, source: Source = COURIER) -> None:
        self.conn, self.source = conn, source
        frontier.keep_source(conn, source)
        self.host_id = frontier.host_ids(conn, source)[source.hosts[0].url]
        self.run = opened_run(conn, source, NOW)
        self.run_id = self.run.run_id
        self._captures = 0

    def row(self, number: int, text: str, *, minutes: int = 0, authors: Sequence[str] = ("A. Writer",)) -> Incoming:
        key, url = f"courier:{number}", f"http://127.0.0.1:8801/Detail/2026/11/20/{number}/x"
        with self.conn.transaction():
            frontier.list_links(self.conn, self.run, "/rss.xml", [Link(article_key=key, url=url, seed="/rss.xml")], NOW)
        found = self.conn.execute("SELECT link_id FROM link WHERE article_key = %s", [key]).fetchone()
        assert found
        self._captures += 1
        capture = self.conn.execute(
            "INSERT INTO capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc,"
            " warc_offset, warc_length, chosen)"
            " VALUES ('courier', %s, %s, %s, %s, %s, 200, 'd', 'w', %s, 1, true) RETURNING capture_id",
            [found[0], self.host_id, self.run_id, url, NOW, self._captures],
        ).fetchone()
        assert capture
        return Incoming(
            article_key=key,
            source_key="courier",
            link_id=found[0],
            capture_id=capture[0],
            extractor_version=1,
            fetched_at=NOW + timedelta(minutes=minutes),
            host_id=self.host_id,
            url=url,
            loaded_by=self.run_id,
            content_hash=hashlib.sha256(text.encode()).digest(),
            article=Article(
                canonical_url=url,
                title="A title",
                text=text,
                published_at=NOW,
                published_precision="minute",
                section="News",
                language="en",
                authors=tuple(authors),
                tags=("one", "two"),
                image=Image(url="https://example.org/a.jpg"),
            ),
        )

    def load(self, *batch: Incoming) -> LoadResult:
        with self.conn.transaction():
            return articles.load_batch(self.conn, self.source, batch)

    def versions(self, number: int) -> list[tuple[int, str, bool]]:
        return self.conn.execute(
            "SELECT v.version, v.text, v.version = a.current_version"
            " FROM article a JOIN article_version v USING (article_id) WHERE a.article_key = %s ORDER BY v.version",
            [f"courier:{number}"],
        ).fetchall()


def saying(row: Incoming, **values: Any) -> Incoming:
    """Return a row whose article says something else; what is no field of an article is the row's own."""
    of_article = {name: values.pop(name) for name in [*values] if name in Article.__slots__}
    return replace(row, article=replace(row.article, **of_article), **values)


@pytest.fixture
def desk(conn: Connection) -> Desk:
    return Desk(conn)


def test_another_text_is_another_version_and_the_newest_is_current(desk: Desk) -> None:
    assert desk.load(desk.row(1, "first")) == LoadResult(inserted=1)
    assert desk.load(desk.row(1, "second", minutes=5)) == LoadResult(revised=1)
    assert desk.versions(1) == [(1, "first", False), (2, "second", True)]


def test_the_same_text_again_is_no_version(desk: Desk) -> None:
    desk.load(desk.row(1, "first"))
    assert desk.load(desk.row(1, "first", minutes=5)) == LoadResult(unchanged=1)
    assert desk.versions(1) == [(1, "first", True)]


def test_an_older_capture_loaded_later_goes_into_the_history(desk: Desk) -> None:
    desk.load(desk.row(1, "now", minutes=10))
    desk.load(desk.row(1, "before", minutes=1))
    assert desk.versions(1) == [(1, "now", True), (2, "before", False)]
    desk.load(desk.row(1, "before", minutes=2))
    desk.load(desk.row(1, "now", minutes=9))
    assert len(desk.versions(1)) == 2, "each says what the version beside it in time says"


def test_a_text_that_comes_back_is_a_version_of_its_own(desk: Desk) -> None:
    for minutes, text in enumerate(["one", "two", "one"]):
        desk.load(desk.row(1, text, minutes=minutes))
    assert desk.versions(1) == [(1, "one", False), (2, "two", False), (3, "one", True)]


def test_one_batch_may_hold_an_articles_whole_history(desk: Desk) -> None:
    history = [desk.row(1, text, minutes=n) for n, text in enumerate(["one", "one", "two", "two", "one"])]
    random.Random(1).shuffle(history)
    assert desk.load(*history) == LoadResult(inserted=1, revised=2, unchanged=2)
    assert [text for _, text, _ in desk.versions(1)] == ["one", "two", "one"]


def test_a_newer_extractor_mends_its_version_and_makes_none(desk: Desk) -> None:
    first = desk.row(1, "first, with a share button", authors=["By A. Writer"])
    desk.load(first)
    better = saying(
        first, extractor_version=2, text="first", content_hash=hashlib.sha256(b"first").digest(), authors=("A. Writer",)
    )
    desk.load(better)
    assert desk.versions(1) == [(1, "first", True)]
    assert desk.conn.execute("SELECT authors FROM articles").fetchall() == [(["A. Writer"],)]


def test_a_capture_read_again_by_the_same_extractor_mends_its_version_and_its_lists(desk: Desk) -> None:
    first = desk.row(1, "first, and the tail", authors=["A", "B"])
    desk.load(first, desk.row(2, "untouched"))
    stated = {"origins": {"title": "json-ld"}, "paywalled": True, "corrections": ("A note.",)}
    mended = saying(
        first, text="first", content_hash=hashlib.sha256(b"first").digest(), authors=("B",), tags=(), **stated
    )
    assert desk.load(mended) == LoadResult(mended=1)
    assert desk.versions(1) == [(1, "first", True)]
    columns = "authors, tags, origins, paywalled, corrections"
    found = desk.conn.execute(f"SELECT {columns} FROM articles WHERE article_key = 'courier:1'".encode()).fetchone()
    assert found == (["B"], [], {"title": "json-ld"}, True, ["A note."])


def test_reading_again_what_gives_the_same_writes_no_version(desk: Desk) -> None:
    first = desk.row(1, "first")
    desk.load(first)
    asked = "SELECT xmin::text FROM article_version"
    before = desk.conn.execute(asked).fetchall()
    desk.load(first)
    assert desk.conn.execute(asked).fetchall() == before


def test_neighbours_that_are_mended_into_one_text_are_one_version_and_numbers_have_no_gap(desk: Desk) -> None:
    rows = [desk.row(1, text, minutes=n) for n, text in enumerate(["one", "one, tail", "two", "three, tail", "three"])]
    for row in rows:
        desk.load(row)
    mended = [
        saying(row, text=text, content_hash=hashlib.sha256(text.encode()).digest())
        for row in rows
        if (text := row.article.text.removesuffix(", tail")) != row.article.text
    ]
    desk.load(*mended)
    assert desk.versions(1) == [(1, "one", False), (2, "two", False), (3, "three", True)]
    desk.load(desk.row(1, "four", minutes=9))
    assert desk.versions(1)[3:] == [(4, "four", True)]


def test_a_capture_between_two_versions_is_compared_with_what_lies_between(desk: Desk) -> None:
    desk.load(desk.row(1, "X", minutes=5))
    desk.load(desk.row(1, "X", minutes=3), desk.row(1, "Y", minutes=4))
    found = desk.conn.execute("SELECT text FROM article_version ORDER BY fetched_at").fetchall()
    assert [text for (text,) in found] == ["X", "Y", "X"]


def test_an_older_capture_of_the_same_text_was_seen_first(desk: Desk) -> None:
    desk.load(desk.row(1, "same", minutes=5))
    desk.load(desk.row(1, "same", minutes=-60))
    assert desk.conn.execute("SELECT first_seen_at FROM article").fetchone() == (NOW - timedelta(minutes=60),)


def test_authors_tags_and_image_are_the_current_versions(desk: Desk) -> None:
    desk.load(desk.row(1, "first", authors=["B", "A"]))
    desk.load(saying(desk.row(1, "second", minutes=1, authors=["C", "B"]), tags=(), image=None))
    desk.load(desk.row(1, "older", minutes=-1, authors=["Z"]))
    found = desk.conn.execute("SELECT authors, tags, image FROM articles").fetchone()
    assert found == (["C", "B"], [], None)


def test_reloading_everything_unchanged_writes_no_row_version(desk: Desk, database_url: str) -> None:
    first = [desk.row(n, f"text {n}") for n in range(50)]
    desk.load(*first)
    again = [desk.row(n, f"text {n}", minutes=60) for n in range(50)]
    before = _written(database_url)
    desk.load(*again)
    assert _written(database_url) == before


def _written(database_url: str) -> dict[str, Any]:
    with db.connect(database_url) as fresh, fresh.cursor(row_factory=dict_row) as cursor:
        fresh.execute("SELECT pg_stat_force_next_flush()")
        found = cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables"
            " WHERE relname IN ('article', 'article_version', 'article_url', 'article_author', 'article_tag', 'image')"
        ).fetchall()
    return {row["relname"]: row for row in found}


def test_loaders_on_overlapping_keys_neither_deadlock_nor_lose(desk: Desk, database_url: str) -> None:
    numbers = range(30)
    batches = []
    for loader in range(4):
        rows = [desk.row(n, f"text {n} by {loader}", minutes=loader, authors=[f"Author {n % 7}"]) for n in numbers]
        random.Random(loader).shuffle(rows)
        batches.append([rows[n : n + 10] for n in range(0, 30, 10)])

    def load(own: list[list[Incoming]]) -> None:
        with db.connect(database_url) as conn:
            for batch in own:
                with conn.transaction():
                    articles.load_batch(conn, COURIER, batch)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(load, batches))
    for n in numbers:
        found = desk.versions(n)
        assert {text for _, text, _ in found} == {f"text {n} by {loader}" for loader in range(4)}
        assert [text for _, text, current in found if current] == [f"text {n} by 3"]
        assert [version for version, _, _ in found] == [1, 2, 3, 4]
