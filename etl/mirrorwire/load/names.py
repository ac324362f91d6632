"""Authors, tags and image of what articles say now, in tables of their own, for those who look by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Self

from mirrorwire.load.incoming import Incoming
from mirrorwire.store import queries
from mirrorwire.store.db import Connection
from mirrorwire.store.queries import array


@dataclass(frozen=True, slots=True)
class Lists:
    """What an article's current version names."""

    article_id: int
    authors: Sequence[str]
    tags: Sequence[str]
    image_url: str | None
    image_caption: str | None
    image_credit: str | None

    @classmethod
    def of(cls, article_id: int, row: Incoming) -> Self:
        """The lists of a version, from its row."""
        article, image = row.article, row.article.image
        return cls(
            article_id,
            article.authors,
            article.tags,
            image.url if image else None,
            image.caption if image else None,
            image.credit if image else None,
        )


_STATEMENTS = (
    ("authors", "articles/insert_authors", "articles/insert_article_authors", "articles/delete_article_authors"),
    ("tags", "articles/insert_tags", "articles/insert_article_tags", "articles/delete_article_tags"),
)
"""For each list of an article: what inserts its names, its rows, and deletes rows that are too many."""


def current_lists(conn: Connection, article_ids: Sequence[int]) -> list[Lists]:
    """Return what the current versions of stored articles name."""
    if not article_ids:
        return []
    rows = queries.execute(conn, "articles/current_lists", article_ids=array(article_ids)).fetchall()
    return [Lists(*row) for row in rows]


def write_lists(conn: Connection, new: Sequence[Lists], changed: Sequence[Lists]) -> None:
    """Write the lists of new articles, and of others where they differ. The caller holds the articles."""
    every = [*new, *changed]
    if not every:
        return
    for field, insert_names, insert_lists, delete_lists in _STATEMENTS:
        names_of = attrgetter(field)
        rows = [(lists.article_id, n, name) for lists in every for n, name in enumerate(names_of(lists), 1)]
        if rows:
            ids, positions, names = zip(*rows, strict=True)
            queries.execute(conn, insert_names, names=array(sorted(set(names))))
            queries.execute(conn, insert_lists, article_ids=array(ids), positions=array(positions), names=array(names))
        if changed:
            queries.execute(
                conn,
                delete_lists,
                article_ids=array([lists.article_id for lists in changed]),
                counts=array([len(names_of(lists)) for lists in changed]),
            )
    _write_images(conn, every, changed)


def _write_images(conn: Connection, every: Sequence[Lists], changed: Sequence[Lists]) -> None:
    if illustrated := [lists for lists in every if lists.image_url]:
        queries.execute(
            conn,
            "articles/upsert_images",
            article_ids=array([lists.article_id for lists in illustrated]),
            urls=array([lists.image_url for lists in illustrated]),
            captions=array([lists.image_caption for lists in illustrated]),
            credits=array([lists.image_credit for lists in illustrated]),
        )
    if bare := [lists.article_id for lists in changed if not lists.image_url]:
        queries.execute(conn, "articles/delete_images", article_ids=array(bare))
