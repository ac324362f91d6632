"""What changed after publication: classes, histories in any order of loading, pages that say nothing new, diffs."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from mirrorwire.core.config import Settings, read_source
from mirrorwire.core.records import Article, Extraction, Link, Verdict
from mirrorwire.dedupe import content_hash
from mirrorwire.dedupe.revision import Content, Piece, change_of, difference, distance_bits, revision
from mirrorwire.load.history import CapturedContent, history
from mirrorwire.pipeline import steps
from mirrorwire.store import db, extractions, frontier, ledger
from mirrorwire.store.db import Connection
from mirrorwire.store.extractions import ClaimedCapture
from tests.conftest import NEWEST, Ran
from tests.newsroom import SOURCE_FILE, Newsroom
from tests.support.ingest import ingest

Rows = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
COURIER = read_source(SOURCE_FILE)


def says(text: str, title: str = "A title", corrections: Sequence[str] = ()) -> Content:
    return Content(title=title, text=text, corrections=corrections)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("the prime minster said so", "the prime minister said so", "minor"),
        ("they recieved the letter", "they received the letter", "minor"),
        ("He came, he saw.", "He came; he saw!", "minor"),
        ("the the harbour", "the harbour", "minor"),
        ("a news paper of record", "a newspaper of record", "minor"),
        ("in Iran on Monday", "in Iraq on Monday", "major"),
        ("1,500 were there", "1.500 were there", "major"),
        ("5% of voters", "5 of voters", "major"),
        ("two million people", "two billion people", "major"),
        ("it is now legal", "it is not legal", "major"),
        ("they said", "they never said", "major"),
        ("a bill that may pass", "a bill", "major"),
        ("در تهران گفت", "در تبریز گفت", "major"),
        ("東京で会談", "京都で会談", "major"),
        ("", "words", "major"),
    ],
)
def test_a_change_is_minor_only_where_no_word_number_or_name_changes(before: str, after: str, change: str) -> None:
    assert change_of(says(before), says(after)) == change
    assert change_of(says("same", title=before), says("same", title=after)) == change


def test_a_new_note_of_correction_makes_a_correction_and_an_old_one_does_not() -> None:
    note = "Correction: an earlier version of this article misnamed the harbour."
    assert change_of(says("one"), says(f"two\n{note}", corrections=[note])) == "correction"
    assert change_of(says("one", corrections=[note]), says("two", corrections=[note])) == "major"


def test_the_distance_is_nothing_for_what_normalizes_alike_and_grows_with_the_change(newsroom: Newsroom) -> None:
    one, other = ("\n".join(article.paragraphs) for article in newsroom.articles[:2])
    assert distance_bits(one, one.upper()) == 0
    edited = one.replace(".", ". Really.", 1)
    assert 0 <= distance_bits(one, edited) < distance_bits(one, other) <= 64
    assert revision(says(one), says(other)).change == "major"


def test_a_difference_can_be_put_together_to_both_versions() -> None:
    before = says("Kept.\nOne two three four five.\nGone paragraph.", title="Old title")
    after = says("Kept.\nAn added one.\nOne two 3 four five.", title="New title")
    pieces = difference(before, after)
    assert [piece.kind for piece in pieces] == ["changed", "same", "added", "changed", "removed"]
    for side, content, other in (("before", before, "added"), ("after", after, "removed")):
        lines = [getattr(piece, side) for piece in pieces if getattr(piece, side) is not None]
        assert lines == [content.title, *content.text.split("\n")]
        words = ["".join(run for kind, run in piece.words if kind != other) for piece in pieces]
        assert [each for each in words if each] == lines


@pytest.mark.timeout(120)
def test_hostile_texts_are_compared_in_bounded_time() -> None:
    flood = " ".join(["word"] * 200_000), " ".join(["word"] * 199_999 + ["other"])
    lines = "\n".join(["a line"] * 30_000), "\n".join(["a line", "another"] * 15_000)
    for before, after in (flood, lines):
        assert isinstance(difference(says(before), says(after))[0], Piece)
        assert change_of(says(before), says(after)) in ("minor", "major")


def test_a_history_follows_from_the_captures_alone() -> None:
    told = "AABBAACA"
    readings = [
        CapturedContent(capture_id=n + 1, fetched_at=NOW + timedelta(minutes=n), content_hash=letter.encode())
        for n, letter in enumerate(told)
    ]
    expected = history(readings)
    assert [(version.number, version.first.capture_id, version.captures) for version in expected.versions] == [
        (1, 1, (1, 2)), (2, 3, (3, 4)), (3, 5, (5, 6)), (4, 7, (7,)), (5, 8, (8,)),
    ]  # fmt: skip
    shuffled = readings[:]
    random.Random(1).shuffle(shuffled)
    assert history(shuffled) == expected


class Press:
    """Stores what pages gave, as extraction leaves it, and loads it in the order asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.conn: Connection = db.connect(settings.database_url or "")
        frontier.keep_source(self.conn, COURIER)
        self.run_id = steps.open_run(settings, "courier", kind="live", external_id="press", now=NOW)
        self.run = ledger.find_run(self.conn, self.run_id)
        self.hosts = list(frontier.host_ids(self.conn, COURIER).values())
        self.offset = 0

    def load(self, number: int, minute: int, text: str, *, host: int = 0) -> dict[str, int]:
        """Store one capture of an article, and load it."""
        url = f"http://127.0.0.1:880{host + 1}/Detail/2026/11/20/{number}/x"
        link = Link(article_key=f"courier:{number}", url=url, seed="/rss.xml")
        with self.conn.transaction():
            frontier.list_links(self.conn, self.run, "/rss.xml", [link], NOW)
        self.offset += 1
        found = self.conn.execute(
            "INSERT INTO capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc,"
            " warc_offset, warc_length, chosen) SELECT 'courier', link_id, %s, %s, %s, %s, 200, 'd', 'w', %s, 1, true"
            " FROM link WHERE article_key = %s RETURNING capture_id, link_id",
            [self.hosts[host], self.run_id, url, self.at(minute), self.offset, link.article_key],
        ).fetchone()
        assert found
        self.read(*found, minute, text)
        steps.dedupe(self.settings, self.run_id, now=NOW)
        return steps.load(self.settings, self.run_id, now=NOW)

    def read(self, capture_id: int, link_id: int, minute: int, text: str) -> None:
        words = text.split("|")
        article = Article(
            title="A title",
            text=words[0],
            authors=(f"Author of {words[0]}",),
            published_at=NOW,
            tags=tuple(words[1:]),
            corrections=tuple(line for line in words[0].split("\n") if line.startswith("Correction")),
        )
        claimed = ClaimedCapture(
            capture_id=capture_id, link_id=link_id, url="", warc="w", offset=0, length=1, digest="d",
            fetched_at=self.at(minute), content_type=None, accepted=False, payload_warc=None, payload_offset=None,
            payload_length=None,
        )  # fmt: skip
        with self.conn.transaction():
            (revision_of_rules,) = self.conn.execute("SELECT boilerplate_revision FROM source").fetchone() or (0,)
            stored = extractions.store_extraction(
                self.conn, self.run, claimed, Extraction(verdict=Verdict(kind="article"), article=article),
                extractor_version=1, revision=revision_of_rules,
                content_hash=content_hash(article.title, article.text), zone=COURIER.zone, now=NOW,
            )  # fmt: skip
            assert stored
            self.conn.execute("UPDATE extraction SET recount = '{}'")

    @staticmethod
    def at(minute: int) -> datetime:
        return NOW + timedelta(minutes=minute)

    def history(self, number: int) -> list[tuple[Any, ...]]:
        """All columns of the versions in the order of time but ids and numbers, and what the article says of them."""
        return self.conn.execute(
            "SELECT v.fetched_at, v.title, v.text, v.content_hash, v.authors, v.tags, v.published_at, v.corrections,"
            " v.change, v.distance_bits, c.url, v.version = a.current_version, a.versions, a.first_seen_at,"
            " a.current_fetched_at, a.current_hash, a.current_capture_id = v.capture_id,"
            " (SELECT array_agg((u.url, u.first_seen_at) ORDER BY u.url) FROM article_url u"
            "  WHERE u.article_id = a.article_id)::text"
            " FROM article a JOIN article_version v USING (article_id) JOIN capture c USING (capture_id)"
            " WHERE a.article_key = %s ORDER BY v.fetched_at, v.capture_id",
            [f"courier:{number}"],
        ).fetchall()

    def numbers(self, number: int) -> list[int]:
        return [
            found
            for (found,) in self.conn.execute(
                "SELECT version FROM article JOIN article_version USING (article_id) WHERE article_key = %s ORDER BY 1",
                [f"courier:{number}"],
            )
        ]


@pytest.fixture
def press(settings: Settings) -> Iterator[Press]:
    found = Press(settings)
    yield found
    found.conn.close()


STORIES = [
    # The same letter is the same content; "a" is A in other letters, so that its text is its own.
    [(0, "A", 0), (1, "A", 0), (2, "B", 0)],
    [(0, "A", 0), (2, "A", 1), (1, "B", 0)],
    [(0, "A", 0), (1, "B", 0), (2, "a", 1), (3, "B\nCorrection: it was A.", 0)],
]


@pytest.mark.parametrize("story", STORIES)
def test_versions_do_not_depend_on_the_order_of_loading(press: Press, story: list[tuple[int, str, int]]) -> None:
    found = {}
    for number, order in enumerate(permutations(story), 1001):
        for minute, text, host in order:
            press.load(number, minute, text, host=host)
        told = press.history(number)
        found[order] = [[str(each).replace(f"/{number}/", "/N/") for each in row] for row in told]
        assert press.numbers(number) == list(range(1, len(told) + 1))
    expected = found[tuple(sorted(story))]
    for order, rows in found.items():
        assert rows == expected, order


def test_an_older_text_between_two_that_are_the_same_makes_the_second_a_version_again(press: Press) -> None:
    press.load(1, 0, "A|first")
    assert press.load(1, 2, "A|second")["unchanged"] == 1
    press.load(1, 1, "B")
    told = press.history(1)
    assert [(row[2], row[5]) for row in told] == [("A", ["first"]), ("B", []), ("A", ["second"])]
    assert [row[8] for row in told] == [None, "major", "major"]
    assert [row[11] for row in told] == [False, False, True]


def test_a_text_in_other_letters_is_kept_and_comes_back_as_it_was(press: Press) -> None:
    press.load(1, 0, "The Harbour")
    press.load(1, 2, "the HARBOUR")
    assert press.conn.execute("SELECT body FROM extraction ORDER BY capture_id").fetchall() == [
        (None,),
        ("the HARBOUR",),
    ]
    press.load(1, 1, "A bridge")
    assert [row[2] for row in press.history(1)] == ["The Harbour", "A bridge", "the HARBOUR"]
    press.load(1, -1, "THE harbour")
    assert [row[2] for row in press.history(1)] == ["THE harbour", "A bridge", "the HARBOUR"]
    kept = press.conn.execute("SELECT body FROM extraction WHERE body IS NOT NULL").fetchall()
    assert kept == [("The Harbour",)], "each text stands once, in a version or beside it"


def test_a_reading_that_mends_a_text_tells_its_neighbours_anew(press: Press) -> None:
    for minute, text in enumerate(["the harbour", "the harbour, with a tail", "the harbuor again"]):
        press.load(1, minute, text)
    assert [row[8] for row in press.history(1)] == [None, "major", "major"]
    found = press.conn.execute("SELECT capture_id, link_id FROM capture ORDER BY fetched_at").fetchall()
    press.read(*found[1], 1, "the harbour again")
    steps.dedupe(press.settings, press.run_id, now=NOW)
    assert steps.load(press.settings, press.run_id, now=NOW)["mended"] == 1
    assert [row[8] for row in press.history(1)] == [None, "major", "minor"]


def test_a_page_that_comes_again_unchanged_writes_no_row_of_an_article(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    ingest(settings, "courier", live=True)
    # Without validators: as a host answers that knows none, so that every page comes again.
    rows("UPDATE capture SET etag = NULL, last_modified = NULL RETURNING 1")
    tables = ("article", "article_version", "article_url")
    asked = [f"SELECT ctid::text, xmin::text FROM {table} ORDER BY 1" for table in tables]
    before, seen = [rows(query) for query in asked], rows("SELECT article_key, last_seen_at FROM articles ORDER BY 1")
    done = ingest(settings, "courier", live=True, revisit=True)
    assert done.counts["unchanged"] == len(before[0]) == NEWEST
    assert [rows(query) for query in asked] == before
    later = rows("SELECT article_key, last_seen_at FROM articles ORDER BY 1")
    assert all(new["last_seen_at"] > old["last_seen_at"] for old, new in zip(seen, later, strict=True))
    ingest(settings, "courier", live=True, revisit=True)
    third = rows("SELECT article_key, last_seen_at, fetched_at FROM articles ORDER BY 1")
    assert all(new["last_seen_at"] > old["last_seen_at"] for old, new in zip(later, third, strict=True)), (
        "a 304 is seen"
    )
    newsroom.primary.fault = "seizure"
    ingest(settings, "courier", live=True, revisit=True)
    assert [rows(query) for query in asked[:2]] == before[:2], "a mirror adds its URL and nothing else"
    assert {len(row["urls"]) for row in rows("SELECT urls FROM articles")} == {2}


def test_revisions_are_told_to_people_and_programs(
    settings: Settings, newsroom: Newsroom, rows: Rows, mirrorwire: Callable[..., Ran]
) -> None:
    ingest(settings, "courier")
    newsroom.later = True
    ingest(settings, "courier", revisit=True)
    told = rows("SELECT article_key, change, distance_bits, version, previous_version FROM revisions")
    assert {row["article_key"]: row["change"] for row in told} == {
        "courier:300349": "minor",  # househould
        "courier:300377": "major",
        "courier:300295": "correction",
        "courier:300358": "major",
    }
    assert all(0 <= row["distance_bits"] <= 64 for row in told)
    listed = mirrorwire("revisions", "courier", "--format", "jsonl")
    assert {json.loads(line)["article_key"] for line in listed.out.splitlines()} == {row["article_key"] for row in told}
    key = next(row["article_key"] for row in told if row["change"] == "correction")
    shown = mirrorwire("diff", key)
    assert shown.code == 0, shown.err
    assert shown.out.startswith(f"{key}: correction, ")
    assert "--- version 1, " in shown.out and "+++ version 2, " in shown.out
    assert newsroom.primary.origin in shown.out
    assert "{+" in shown.out and "\x1b" not in shown.out
    (row,) = rows("SELECT canonical_url FROM articles WHERE article_key = %s", key)
    document = json.loads(mirrorwire("diff", row["canonical_url"], "--from", "2", "--to", "1", "--format", "json").out)
    assert (document["article_key"], document["from"]["version"], document["to"]["version"]) == (key, 2, 1)
    assert {"part", "kind", "before", "after", "words"} == document["pieces"][0].keys()
    same = next(row["article_key"] for row in rows("SELECT article_key FROM article WHERE versions = 1"))
    assert "one version" in mirrorwire("diff", same).out
    for words in (
        ["courier:1"],
        ["http://127.0.0.1:1/x"],
        [key, "--to", "9"],
        [key, "--from", "2"],
        [key, "--to", "1"],
    ):
        wrong = mirrorwire("diff", *words)
        assert (wrong.code, len(wrong.err.splitlines())) == (2, 1), wrong
