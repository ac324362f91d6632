"""The saved queries, each with values of the sample newsroom, which a second source prints half an hour later."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.store.db import Connection
from mirrorwire.store.questions import questions
from tests.conftest import NEWSROOM_DAY, Ran
from tests.newsroom import Newsroom
from tests.support.ingest import ingest
from tests.support.second_printer import print_again

Run = Callable[..., Ran]
Ask = Callable[..., list[dict[str, Any]]]
NAMES = "authors copies corrections duplicates gaps hosts latency sections stories-a-day vanished".split()
SEEN = """
UPDATE article a SET first_seen_at = v.published_at + interval '10 minutes'
FROM article_version v WHERE v.article_id = a.article_id;
UPDATE article SET first_seen_at = first_seen_at + interval '50 minutes'
WHERE article_key = (SELECT max(article_key) FROM article WHERE source_key = 'courier')
"""


@pytest.fixture
def ask(mirrorwire: Run) -> Ask:
    """Ask a saved query over the command line."""

    def answer(name: str, *flags: str) -> list[dict[str, Any]]:
        done = mirrorwire("query", name, *flags, "--format", "jsonl")
        assert done.code == 0, done.err
        return [json.loads(line) for line in done.out.splitlines()]

    return answer


@pytest.fixture
def two_sources(settings: Settings, newsroom: Newsroom, conn: Connection) -> Newsroom:
    """The newsroom's articles as the courier prints them, and the herald half an hour after it."""
    ingest(settings, "courier")
    print_again(settings, conn)
    for statement in SEEN.split(";\n"):
        conn.execute(statement.encode())
    return newsroom


def test_every_saved_query_is_listed_with_its_question(mirrorwire: Run) -> None:
    listed = [json.loads(line) for line in mirrorwire("query", "--format", "jsonl").out.splitlines()]
    assert [row["name"] for row in listed] == NAMES == [question.name for question in questions()]
    for row in listed:
        assert "?" in row["question"], row
        assert not row["question"].startswith("-")


def test_every_saved_query_answers_an_empty_database(mirrorwire: Run) -> None:
    for name in NAMES:
        done = mirrorwire("query", name, "--since", "2026-01-01", "--source", "courier")
        assert (done.code, done.out, len(done.err.splitlines())) == (0, "", 1), name


def test_a_query_that_is_not_saved_is_refused_with_those_that_are(mirrorwire: Run) -> None:
    for name in ("stories", "../articles/export_articles"):
        done = mirrorwire("query", name)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
        for known in NAMES:
            assert known in done.err


def test_questions_of_two_sources_have_the_newsrooms_values(two_sources: Newsroom, ask: Ask) -> None:
    articles = two_sources.articles
    total = len(articles)
    days = Counter(article.published.date().isoformat() for article in articles)

    rows = ask("stories-a-day", "--source", "courier")
    assert {row["day"]: row["stories"] for row in rows} == days
    halves = [row["share_percent"] for row in rows if row["day"] < NEWSROOM_DAY.isoformat()]
    assert halves == [50.0] * (len(days) - 1), "what the herald prints counts too"
    since = NEWSROOM_DAY.isoformat()
    assert [row["day"] for row in ask("stories-a-day", "--source", "courier", "--since", since)] == [since]

    sections = Counter(f"News / {article.section}" for article in articles)
    rows = ask("sections", "--source", "courier")
    assert {row["section"]: row["stories"] for row in rows} == sections
    assert rows[0]["share_percent"] == round(100 * max(sections.values()) / total, 1)

    names = Counter(name for article in articles for name in article.authors)
    rows = ask("authors")
    assert {row["author"]: row["stories"] for row in rows if row["source"] == "herald"} == names

    primary = two_sources.primary.origin
    hosts = {(row["source"], row["served_by"]): (row["articles"], row["share_percent"]) for row in ask("hosts")}
    assert hosts == {("courier", primary): (total, 100.0), ("herald", primary): (total, 100.0)}

    rows = ask("latency")
    figures = [(row["source"], row["articles"], row["median_minutes"], row["longest_minutes"]) for row in rows]
    assert figures == [("courier", total, 10.0, 60.0), ("herald", total, 10.0, 10.0)]

    times = sorted(article.published for article in articles)
    longest = max(later - earlier for earlier, later in pairwise(times))
    (row,) = ask("gaps", "--source", "courier", "--limit", "1")
    assert row["hours"] == round(longest / timedelta(hours=1), 1)

    assert ask("copies") == [
        {
            "first_by": "courier",
            "copied_by": "herald",
            "articles": total,
            "fastest_minutes": 30.0,
            "median_minutes": 30.0,
        }
    ]
    rows = ask("duplicates")
    assert {row["cluster_id"] for row in rows} == {f"courier:{article.id}" for article in articles}
    assert {(row["first_by"], *row["sources"], row["articles"]) for row in rows} == {
        ("courier", "courier", "herald", 2)
    }


def test_questions_of_what_changed_have_the_newsrooms_values(
    settings: Settings, newsroom: Newsroom, conn: Connection, ask: Ask
) -> None:
    newsroom.publish_all()
    ingest(settings, "courier")
    before = {f"courier:{article.id}": article for article in newsroom.articles}
    newsroom.later = True
    ingest(settings, "courier", revisit=True)
    (row,) = ask("corrections")
    assert row["article_key"] == "courier:300295"
    assert row["notes"] == [
        "Correction: an earlier version of this article gave the unemployment rate in Dunmarrow as 8.2 per cent. "
        "It is 6.2 per cent."
    ]
    assert row["title_before"] is None
    assert ask("corrections", "--until", "2026-01-01") == []
    rows = ask("vanished", "--source", "courier")
    assert {row["article_key"] for row in rows} == {"courier:300386", "courier:300336"}
    for row in rows:
        assert row["title"] == before[row["article_key"]].title
        assert row["days_stood"] > 0
    assert ask("vanished", "--source", "courier", "--until", "2026-01-01") == []
