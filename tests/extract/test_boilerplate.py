"""Boilerplate: told apart by its block, learned from stored pages alone, left out, overruled, and never the article."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrorwire.archive import ArchiveWriter
from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Link, Source
from mirrorwire.extract import extract_page
from mirrorwire.extract.boilerplate import block_of, blocks_of, without
from mirrorwire.extract.lead import Text
from mirrorwire.pipeline import steps
from mirrorwire.store import boilerplate, captures, db, extractions, frontier, ledger
from tests.conftest import Ran, courier_file, environment
from tests.newsroom import Newsroom

Rows = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TAIL = "This paper's pages can also be read at these other addresses, whatever happens to this one."
STORY = "The background that everybody who writes about the harbour repeats: it was dredged in 1911 and twice since."
ROOTS = "harbour tide ferry council market winter island keeper signal bridge voter ledger orchard glass".split()
WORDS = [f"{root}{end}" for root in ROOTS for end in ("", "side", "bound", "ward", "like")]  # texts of few are near


def test_a_block_is_the_same_whatever_its_case_punctuation_and_digits() -> None:
    assert block_of("Read our 12 other addresses:") == block_of("READ — our 47 other  addresses")
    assert block_of("Read our other addresses") != block_of("Read our other address")
    assert block_of("12:45, 2026") is None
    assert block_of("") is None
    assert blocks_of("One\n2\nTwo\none.") == (block_of("One"), block_of("Two"))


@given(st.text())
def test_a_block_fits_a_signed_64_bit_integer_and_has_a_name(line: str) -> None:
    block = block_of(line)
    if block is not None:
        assert -(2**63) <= block < 2**63
        assert boilerplate.named(boilerplate.shown(block)) == block


def test_known_blocks_go_the_lead_too_and_a_text_is_never_emptied() -> None:
    text = Text(
        text="A lead line.\nA long paragraph of the article itself.\nTail.", lead="A lead line.", lead_origin="page"
    )
    known = frozenset(blocks_of("Tail.\nA lead line."))
    found, doubt = without(text, known)
    assert (found.text, found.lead, doubt) == ("A long paragraph of the article itself.", None, None)
    kept, doubt = without(text, frozenset(blocks_of(text.text)))
    assert kept == text
    assert doubt and "left in" in doubt


def body_of(number: int) -> list[str]:
    words = random.Random(number)
    return [
        f"{' '.join(words.choices(WORDS, k=24)).capitalize()} {number}{chr(97 + n)}{words.getrandbits(64):x}."
        for n in range(5)
    ]


def page(title: str, paragraphs: Sequence[str], published: datetime = NOW) -> bytes:
    shown = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<html><head><title>{title}</title><meta property='og:type' content='article'><meta property='og:title' "
        f"content='{title}'><meta property='article:published_time' content='{published.isoformat()}'></head>"
        f"<body><article><h1>{title}</h1><div>{shown}</div></article></body></html>"
    ).encode()


class Shelf:
    """Stores pages as if they had been fetched, and runs the steps behind over them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.source = find_source(settings, "courier")
        self.run_id = steps.open_run(settings, "courier", kind="live", external_id="shelf", now=NOW)
        assert settings.database_url
        self.conn = db.connect(settings.database_url)
        self.run = ledger.find_run(self.conn, self.run_id)
        self.host_id = frontier.host_ids(self.conn, self.source)[self.source.hosts[0].url]

    def store(self, number: int, body: bytes, *, minutes: int = 0, chosen: bool = True, day: datetime = NOW) -> int:
        key, host = f"courier:{number}", self.source.hosts[0].url
        link = Link(article_key=key, url=f"{host}/Detail/{day:%Y/%m/%d}/{number}/x", seed="/rss.xml")
        exchange = Exchange(
            url=link.url,
            host=host,
            status=200,
            reason="OK",
            request_headers=(),
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=body,
            fetched_at=NOW + timedelta(days=1, minutes=minutes),
            elapsed_s=0.1,
        )
        with self.conn.transaction():
            frontier.list_links(self.conn, self.run, "/rss.xml", [link], NOW)
        found = self.conn.execute("SELECT link_id FROM link WHERE article_key = %s", [key]).fetchone()
        assert found
        with ArchiveWriter(self.settings.archive) as archive:
            capture = archive.write(exchange)
        return captures.store_capture(
            self.conn, self.run, exchange, capture, host_id=self.host_id, link_id=found[0], chosen=chosen
        )

    def read(self, *, now: datetime = NOW) -> dict[str, int]:
        while steps.extract(self.settings, self.run_id, 1, now=now):
            pass
        learned = steps.learn(self.settings, self.run_id, now=now)
        steps.dedupe(self.settings, self.run_id, now=now)
        return learned | steps.load(self.settings, self.run_id, now=now)

    def learned(self) -> list[str]:
        return [row["text"] for row in boilerplate.listed(self.conn, "courier") if row["state"] == "learned"]

    def texts(self, number: int) -> list[str]:
        found = self.conn.execute(
            "SELECT v.text FROM article_version v JOIN article a USING (article_id) WHERE a.article_key = %s"
            " ORDER BY v.version",
            [f"courier:{number}"],
        )
        return [text for (text,) in found]

    def state(self) -> tuple[Any, ...]:
        """All that must not depend on the order of runs."""
        asked = (
            "SELECT source_key, month, block, articles, of_articles FROM boilerplate_month ORDER BY month, block",
            "SELECT block, learned, ruled, text FROM boilerplate ORDER BY block",
            "SELECT article_key, title, lead, text, version, cluster_id, authors, published_at FROM articles"
            " ORDER BY article_key",
        )
        return tuple(self.conn.execute(query.encode()).fetchall() for query in asked)


@pytest.fixture
def shelf(settings: Settings) -> Iterator[Shelf]:
    found = Shelf(settings)
    yield found
    found.conn.close()


def test_a_tail_on_the_articles_of_the_first_run_is_in_no_stored_text(shelf: Shelf) -> None:
    for n in range(5):
        shelf.store(n, page(f"Title {n}", [*body_of(n), TAIL]))
    counts = shelf.read()
    assert (counts["dropped"], counts["read_again"], counts["inserted"]) == (1, 5, 5)
    assert shelf.learned() == [TAIL]
    assert [shelf.texts(n) for n in range(5)] == [["\n".join(body_of(n))] for n in range(5)]


def test_a_background_paragraph_of_one_topic_stays(shelf: Shelf) -> None:
    for n in range(24):
        shelf.store(n, page(f"Title {n}", [*body_of(n), *([STORY] if n < 7 else [])]))
    shelf.read()
    assert shelf.learned() == []
    assert STORY in shelf.texts(3)[0]


def test_one_story_under_many_addresses_counts_once(shelf: Shelf) -> None:
    for n in range(8):
        shelf.store(n, page("The same title", body_of(1)))
    shelf.read()
    assert shelf.learned() == []
    assert shelf.texts(7) == ["\n".join(body_of(1))]


def test_a_burst_is_unlearned_when_the_month_goes_on_and_its_texts_are_whole_again(shelf: Shelf) -> None:
    for n in range(8):
        shelf.store(n, page(f"Title {n}", [*body_of(n), *([STORY] if n < 5 else [])]))
    shelf.read()
    assert shelf.learned() == [STORY]
    assert STORY not in shelf.texts(0)[0]
    for n in range(8, 20):
        shelf.store(n, page(f"Title {n}", body_of(n)))
    counts = shelf.read()
    assert (counts["restored"], counts["read_again"], counts["revised"]) == (1, 5, 0)
    assert shelf.learned() == []
    assert [shelf.texts(n) for n in range(5)] == [["\n".join([*body_of(n), STORY])] for n in range(5)]


@pytest.mark.parametrize("seed", range(4))
def test_what_is_learned_and_loaded_does_not_depend_on_the_order_of_runs(shelf: Shelf, seed: int) -> None:
    may = datetime(2026, 5, 3, tzinfo=UTC)
    pages = [(n, [*body_of(n), TAIL], NOW) for n in range(6)]
    pages += [(n, [*body_of(n), *([STORY] if n < 15 else [])], NOW) for n in range(10, 24)]
    pages += [(n, [*body_of(n), *([STORY] if n < 36 else [])], may) for n in range(30, 42)]
    pages += [(n, body_of(50), NOW) for n in range(50, 57)]
    order = random.Random(seed)
    order.shuffle(pages)
    cuts = sorted(order.sample(range(1, len(pages)), 5))
    for start, end in pairwise([0, *cuts, len(pages)]):
        for number, paragraphs, published in pages[start:end]:
            title = "Copied" if number >= 50 else f"Title {number}"
            shelf.store(number, page(title, paragraphs, published), day=published)
        shelf.read()
    months, listed, articles = shelf.state()
    # In November the tail stands on 6 of 21 articles, the story on 5; in May the story on 6 of 12: it alone is learned.
    assert [row[1:] for row in months] == [(may.date().replace(day=1), block_of(STORY), 6, 12)]
    assert listed == [(block_of(STORY), True, None, STORY)]
    assert [(key, text, version, cluster) for key, _, _, text, version, cluster, _, _ in articles] == [
        (
            f"courier:{number}",
            "\n".join(line for line in paragraphs if line != STORY),
            1,
            f"courier:{min(number, 50)}",
        )
        for number, paragraphs, _ in sorted(pages, key=lambda each: f"courier:{each[0]}")
    ]


def test_two_captures_that_differ_by_a_real_edit_stay_two_versions_when_their_tail_is_learned(shelf: Shelf) -> None:
    edited = [*body_of(0)[:-1], "The council corrected the figure an hour later, and said so on its own page."]
    shelf.store(0, page("Title 0", [*body_of(0), TAIL]))
    shelf.store(0, page("Title 0", [*edited, TAIL]), minutes=60)
    shelf.read()
    assert [TAIL in text for text in shelf.texts(0)] == [True, True]
    for n in range(1, 6):
        shelf.store(n, page(f"Title {n}", [*body_of(n), TAIL]))
    counts = shelf.read()
    assert (counts["inserted"], counts["revised"]) == (5, 0)
    assert shelf.texts(0) == ["\n".join(body_of(0)), "\n".join(edited)]


@pytest.mark.parametrize("tail_first", [True, False])
def test_two_captures_that_differ_by_the_tail_alone_are_one_version_once_it_is_learned(
    shelf: Shelf, tail_first: bool
) -> None:
    bodies = [[*body_of(0), TAIL], body_of(0)]
    for n, paragraphs in enumerate(bodies if tail_first else reversed(bodies)):
        shelf.store(0, page("Title 0", paragraphs), minutes=60 * n)
    shelf.store(0, page("Title 0", ["Quite another beginning of it.", *body_of(0)]), minutes=180)
    shelf.read()
    assert len(shelf.texts(0)) == 3
    for n in range(1, 6):
        shelf.store(n, page(f"Title {n}", [*body_of(n), TAIL]))
    shelf.read()
    whole = "\n".join(body_of(0))
    assert shelf.texts(0) == [whole, f"Quite another beginning of it.\n{whole}"]
    found = shelf.conn.execute(
        "SELECT current_version, versions FROM article WHERE article_key = 'courier:0'"
    ).fetchone()
    assert found == (2, 2)
    shelf.store(0, page("Title 0", ["And a third beginning of it.", *body_of(0)]), minutes=240)
    shelf.read()
    assert len(shelf.texts(0)) == 3, "the next version takes the next number"


def test_a_page_read_with_an_older_set_is_read_again_before_it_is_stored(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        shelf.store(n, page(f"Title {n}", [*body_of(n), TAIL]))
    shelf.read()
    shelf.store(9, page("Title 9", [*body_of(9), TAIL]))
    rules, asked = boilerplate.reading_rules, []

    def read_before_a_change(conn: db.Connection, source: str) -> boilerplate.Rules:
        found = rules(conn, source)
        asked.append(found.revision)
        if len(asked) == 1:
            boilerplate.overrule(shelf.conn, source, keep=list(found.blocks))
        return found

    monkeypatch.setattr("mirrorwire.pipeline.extract_batch.boilerplate.reading_rules", read_before_a_change)
    steps.extract(shelf.settings, shelf.run_id, 1, now=NOW)
    assert asked[-1] > asked[0]
    found = shelf.conn.execute("SELECT body FROM extraction WHERE body IS NOT NULL AND fields->>'title' = 'Title 9'")
    assert TAIL in found.fetchone()[0]  # type: ignore[index]


def test_nothing_is_placed_that_learning_has_not_counted(shelf: Shelf) -> None:
    for n in range(5):
        shelf.store(n, page(f"Title {n}", [*body_of(n), TAIL]))
    steps.extract(shelf.settings, shelf.run_id, 1, now=NOW)
    assert steps.dedupe(shelf.settings, shelf.run_id, now=NOW) == {}
    assert steps.load(shelf.settings, shelf.run_id, now=NOW)["inserted"] == 0


def test_a_run_with_nothing_new_changes_no_row(shelf: Shelf) -> None:
    for n in range(6):
        shelf.store(n, page(f"Title {n}", [*body_of(n), TAIL]))
    shelf.read()
    asked = [
        f"SELECT xmin::text || t::text FROM {table} t ORDER BY 1"
        for table in (
            "extraction",
            "article_version",
            "article_author",
            "signature",
            "boilerplate",
            "boilerplate_month",
            "source",
        )
    ]
    before = [shelf.conn.execute(query.encode()).fetchall() for query in asked]
    assert shelf.read()["read_again"] == 0
    assert [shelf.conn.execute(query.encode()).fetchall() for query in asked] == before


def test_people_overrule_what_is_learned_both_ways_and_take_it_back(shelf: Shelf) -> None:
    for n in range(6):
        shelf.store(n, page(f"Title {n}", [*body_of(n), *([STORY] if n < 2 else []), TAIL]))
    shelf.read()
    tail, story = block_of(TAIL), block_of(STORY)
    assert tail is not None and story is not None
    assert boilerplate.overrule(shelf.conn, "courier", keep=[tail], drop=[story]).marked == 6
    shelf.read()
    assert shelf.texts(0) == ["\n".join([*body_of(0), TAIL])]
    assert {row["state"] for row in boilerplate.listed(shelf.conn, "courier")} == {"kept", "dropped"}
    assert boilerplate.overrule(shelf.conn, "courier", keep=[tail]).marked == 0, "said twice is said once"
    boilerplate.overrule(shelf.conn, "courier", forget=[tail, story])
    shelf.read()
    assert shelf.texts(0) == ["\n".join([*body_of(0), STORY])]
    with pytest.raises(WrongUse, match="no block 00000000000004d2"):
        boilerplate.overrule(shelf.conn, "courier", drop=[1234])


def test_other_prune_rules_have_every_page_read_again(shelf: Shelf, settings: Settings, newsroom: Newsroom) -> None:
    for n in range(3):
        shelf.store(n, page(f"Title {n}", [*body_of(n), "<span class='x'>A promotion in a box of its own.</span>"]))
    shelf.read()
    assert "promotion" in shelf.texts(0)[0]
    assert settings.sources
    file = courier_file(settings.sources, newsroom)
    file.write_text(file.read_text().replace("delay_s", "prune = [\"//span[@class='x']\"]\ndelay_s", 1))
    steps.open_run(settings, "courier", kind="live", external_id="shelf", now=NOW)
    assert shelf.read()["revised"] == 0
    assert [shelf.texts(n) for n in range(3)] == [["\n".join(body_of(n))] for n in range(3)]


def test_pruned_elements_are_out_of_the_text_and_the_fields_stay(shelf: Shelf) -> None:
    source: Source = replace(shelf.source, prune=("//p[2]", "//h1", "/html"))
    bytes_of_page = page("A title", body_of(1))
    found = extract_page(bytes_of_page, url="https://a.example/1", content_type=None, source=source, fetched_at=None)
    assert found.article
    assert found.article.title == "A title"
    assert body_of(1)[1] not in found.article.text
    assert body_of(1)[2] in found.article.text


NO_ARTICLE = page("Terms of use", body_of(3)).replace(b"og:type", b"x").replace(b"article:published_time", b"y")


@pytest.mark.parametrize("chosen", [True, False])
def test_a_rejected_page_that_is_accepted_is_loaded_by_the_next_run_and_its_rejection_withdrawn(
    shelf: Shelf, settings: Settings, rows: Rows, chosen: bool
) -> None:
    capture_id = shelf.store(3, NO_ARTICLE, chosen=chosen)
    if not chosen:
        (link,) = rows("SELECT link_id FROM link")
        frontier.settle_link(shelf.conn, link["link_id"], "pending", tries=3, pause_s=900, problem="not it")
        judged = extract_page(NO_ARTICLE, url="https://a.example/1", content_type=None, source=None, fetched_at=None)
        captures.store_rejection(shelf.conn, shelf.run, capture_id, link["link_id"], judged.verdict, NOW)
    shelf.read()
    assert [row["capture_id"] for row in rows("SELECT capture_id FROM rejection")] == [capture_id]
    assert shelf.texts(3) == []
    assert extractions.accept(shelf.conn, [capture_id], "courier") == [capture_id]
    assert extractions.accept(shelf.conn, [capture_id], None) == []
    window = {"since": "2020-01-01", "until": "2020-01-02"}
    shelf.run_id = steps.open_run(settings, "courier", kind="backfill", external_id="w", **window, now=NOW)
    shelf.read()
    assert shelf.texts(3) == ["\n".join(body_of(3))]
    assert rows("SELECT * FROM rejection") == []
    (evidence,) = rows("SELECT evidence FROM extraction WHERE verdict = 'article'")
    assert evidence["evidence"]["judged"] != "article"
    if not chosen:
        assert rows("SELECT state, tries FROM link") == [{"state": "captured", "tries": 0}]


def test_an_accepted_page_without_a_text_stays_rejected_with_the_reason(shelf: Shelf, rows: Rows) -> None:
    capture_id = shelf.store(3, b"<html><head><title>Gone</title></head><body><img src='a.png'></body></html>")
    shelf.read()
    extractions.accept(shelf.conn, [capture_id], None)
    shelf.read()
    (row,) = rows("SELECT evidence FROM rejection")
    assert row["evidence"]["accepted"] == "no text found"
    with pytest.raises(WrongUse, match="no rejection has the id 999"):
        extractions.accept(shelf.conn, [capture_id, 999], None)


def test_the_commands_say_what_they_do(mirrorwire: Callable[..., Ran], shelf: Shelf) -> None:
    for n in range(6):
        shelf.store(n, page(f"Title {n}", [*body_of(n), *([STORY] if n < 4 else []), TAIL]))
    rejected = shelf.store(9, NO_ARTICLE)
    shelf.read()
    shown = mirrorwire("boilerplate", "courier", "--all", "--format", "table").out
    assert "learned" in shown and "candidate" in shown and "2026-11" in shown
    block = boilerplate.shown(block_of(TAIL) or 0)
    assert block in shown
    done = mirrorwire("boilerplate", "courier", "--keep", block, "--drop-text", STORY)
    assert (done.code, done.err) == (0, "6 stored articles will be read again by the next run\n")
    for words in (
        ("--keep", "0" * 16),
        ("--drop", "nonsense"),
        ("--drop-text", "12"),
        ("--drop-text", "Never printed."),
    ):
        done = mirrorwire("boilerplate", "courier", *words)
        assert (done.code, len(done.err.splitlines())) == (2, 1), done
    assert f'"id": {rejected}' in mirrorwire("rejections", "courier").out
    assert mirrorwire("rejections", "--accept", "99999").code == 2
    assert (
        mirrorwire("rejections", "courier", "--accept", str(rejected)).err
        == "1 of 1 accepted: the next run reads and loads\n"
    )
    again = mirrorwire("rejections", "courier", "--accept", str(rejected))
    assert (again.code, again.err) == (0, "0 of 1 accepted, 1 accepted before: the next run reads and loads\n")
    assert mirrorwire("rejections", "--accept", str(rejected), "--verdict", "thin").code == 2


@pytest.mark.slow
def test_learning_killed_at_any_moment_and_run_again_gives_the_same_rows(shelf: Shelf, rows: Rows) -> None:
    for n in range(150):
        shelf.store(n, page(f"Title {n}", [*body_of(n), TAIL]))
    while steps.extract(shelf.settings, shelf.run_id, 1, now=NOW):
        pass
    words = (
        "import sys; from datetime import *; from mirrorwire.core.config import Settings; "
        "from mirrorwire.pipeline import steps as p; "
        + "".join(
            f"p.{step}(Settings.from_env(), int(sys.argv[1]), now=datetime.now(UTC)); "
            for step in ("learn", "dedupe", "load")
        )
    )
    for n in range(10):
        process = subprocess.Popen(
            [sys.executable, "-c", words, str(shelf.run_id)], env=environment(shelf.settings), stdout=subprocess.DEVNULL
        )
        time.sleep(0.9 + 0.25 * n)
        process.send_signal(signal.SIGKILL)
        process.wait()
    shelf.read()
    assert rows("SELECT DISTINCT versions FROM article") == [{"versions": 1}]
    assert rows("SELECT boilerplate_revision AS n FROM source") == [{"n": 1}]
    assert [shelf.texts(n) for n in range(150)] == [["\n".join(body_of(n))] for n in range(150)]
