"""Versions of one article beside each other, and what changed after publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Interval, Source, VerdictKind
from mirrorwire.dedupe.revision import Content, Piece, Revision, difference, revision
from mirrorwire.store import queries
from mirrorwire.store.db import Connection
from mirrorwire.store.find_article import find_article

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two versions that are compared."""

    version: int
    fetched_at: datetime
    served_by: str
    url: str
    content: Content
    is_current: bool
    verdict: VerdictKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions of an article, and how they differ; without `before` the article has but one."""

    article_key: str
    before: Side | None
    after: Side
    revision: Revision | None = None
    pieces: tuple[Piece, ...] = ()


def versions_of(conn: Connection, article: str, sources: Iterable[Source]) -> tuple[str, list[Side]]:
    """Return an article's key and its versions in the order of time; the article is named as for `compared`."""
    key = find_article(conn, article, sources)
    sides = [_side(row) for row in queries.rows(conn, "articles/versions_of", article_key=key)]
    if not sides:
        raise WrongUse(f"{key} is placed, and loaded by no run yet")
    return key, sides


def compared(
    conn: Connection, article: str, sources: Iterable[Source], *, before: int | None, after: int | None
) -> Comparison:
    """Compare two versions of an article: by default the current one, and the one before it in time.

    `article` is its key, or a URL that one of the sources knows. Raises `WrongUse` for what is not stored.
    """
    key, sides = versions_of(conn, article, sources)
    numbers = [side.version for side in sides]
    for number in (before, after):
        if number is not None and number not in numbers:
            raise WrongUse(f"{key} has no version {number}: it has {_listed(numbers)}")
    later = numbers.index(after) if after is not None else next(n for n, side in enumerate(sides) if side.is_current)
    if before is None and later == 0:
        if len(sides) > 1:
            raise WrongUse(f"version {sides[0].version} of {key} is its first in time: say --from")
        return Comparison(article_key=key, before=None, after=sides[0])
    earlier = numbers.index(before) if before is not None else later - 1
    if earlier == later:
        raise WrongUse(f"version {before} of {key} is compared with itself: say another --from or --to")
    old, new = sides[earlier], sides[later]
    return Comparison(
        article_key=key,
        before=old,
        after=new,
        revision=revision(old.content, new.content),
        pieces=difference(old.content, new.content),
    )


def revised(conn: Connection, source: Source, window: Interval | None) -> list[Row]:
    """Return what changed in a source's articles published in a window, newest change first."""
    since, until = (window.start, window.end) if window else (None, None)
    return queries.rows(conn, "articles/list_revisions", source=source.key, since=since, until=until)


def _side(row: Row) -> Side:
    return Side(
        version=row["version"],
        fetched_at=row["fetched_at"],
        served_by=row["served_by"],
        url=row["url"],
        content=Content(title=row["title"], text=row["text"], corrections=row["corrections"]),
        is_current=row["is_current"],
        verdict=row["verdict"],
    )


def _listed(numbers: Sequence[int]) -> str:
    return "1 alone" if len(numbers) == 1 else f"1 to {max(numbers)}"
