"""The articles keep their own rules, so that what is built on them can rely on it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import combinations, pairwise

import pytest

from tests.newsroom import Article
from tests.newsroom.content import FOLDER, SECTIONS, load_edition, rows_of

DAY = date(2026, 11, 20)
MIN_WORDS, MAX_JACCARD = 150, 0.1


@pytest.fixture(scope="module")
def articles() -> tuple[Article, ...]:
    return load_edition(DAY, "http://127.0.0.1").articles


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def trigrams(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return set(zip(found, found[1:], found[2:], strict=False))


def test_sixty_articles_and_more_over_five_days(articles: tuple[Article, ...]) -> None:
    days = Counter((DAY - article.published.date()).days for article in articles)
    assert len(articles) >= 60 and sorted(days) == [0, 1, 2, 3, 4]
    assert {article.section for article in articles} == set(SECTIONS)


def test_every_body_is_long_enough(articles: tuple[Article, ...]) -> None:
    assert [each.id for each in articles if len(words(" ".join(each.paragraphs))) < MIN_WORDS] == []


def test_no_two_articles_are_alike(articles: tuple[Article, ...]) -> None:
    shingles = {article.id: trigrams(article.text) for article in articles}
    alike = [
        (one, other)
        for one, other in combinations(shingles, 2)
        if len(shingles[one] & shingles[other]) > MAX_JACCARD * len(shingles[one] | shingles[other])
    ]
    assert alike == []


def test_ids_are_unique_and_grow_with_time(articles: tuple[Article, ...]) -> None:
    assert all(newer.id > older.id for newer, older in pairwise(articles))
    assert all(100_000 <= article.id <= 999_999 for article in articles)


def test_related_articles_exist(articles: tuple[Article, ...]) -> None:
    ids = {article.id for article in articles}
    assert [each.id for each in articles if not ids - {each.id} >= set(each.related)] == []


def test_later_changes_what_stands_there() -> None:
    changes = rows_of(FOLDER / "later.toml", "change")
    assert Counter(change["kind"] for change in changes) == {
        "revised": 2,
        "corrected": 1,
        "retitled": 1,
        "gone": 2,
    }
    recent = {row["id"]: row["body"] for day in (0, 1) for row in rows_of(FOLDER / f"day{day}.toml", "article")}
    for change in changes:
        for old, new in change.get("replace", []):
            assert recent[change["id"]].count(old) == 1 and old != new
        assert change["id"] in recent
    load_edition(DAY, "http://127.0.0.1", later=True)
