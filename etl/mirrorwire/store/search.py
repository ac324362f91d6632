"""Full-text search over the current versions of articles. What finds them is made after loading.

How texts become lexemes, and what a query finds, is decided by functions of the database, which SQL users call too:
sql/migrations/0010_functions.sql.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mirrorwire.core import bugs
from mirrorwire.core.bugs import Bug
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Interval
from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection
from mirrorwire.store.one_by_one import SHRINK

Row = dict[str, Any]
INDEX_SIZE = 500
MAX_QUERY_CHARS = 1000
_BEHIND_ALL = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked for; what is `None` does not matter. `window` is of publication, undated articles are in none.

    `sure` leaves suspect articles out.
    """

    words: str
    source: str | None = None
    window: Interval | None = None
    language: str | None = None
    sure: bool = False
    newest: bool = False
    limit: int = 20


def index(
    conn: Connection,
    *,
    size: int = INDEX_SIZE,
    max_s: float = float("inf"),
    tick: Callable[[int], None] = lambda n: None,
    met: list[Bug] | None = None,
) -> int:
    """Have search find each article by what it says now, the newest first; return how many rows were made.

    Takes what is missing, older or marked, a transaction a batch, so that it may be killed and begun again, and several
    may be at work. It stops after `max_s` seconds; the rest is for the next one. An article that cannot be indexed is
    passed over: `met` takes the bugs.
    """
    deadline, before, n, at_once = time.monotonic() + max_s, _BEHIND_ALL, 0, size
    while time.monotonic() < deadline:
        ids: list[int] = []
        try:
            with conn.transaction():
                ids = [key for (key,) in queries.execute(conn, "search/claim_unsearched", before=before, size=at_once)]
                if not ids:
                    break
                # A statement of its own: it sees what was committed before the rows were locked.
                n += queries.execute(conn, "search/index_articles", ids=queries.array(ids)).rowcount
                queries.execute(conn, "search/note_searched", ids=queries.array(ids))
        except Exception as error:
            bug = bugs.taken(error)
            if not ids:
                raise
            if len(ids) > 1:
                at_once = max(1, len(ids) // SHRINK)
                continue
            if met is not None:
                met.append(replace(bug, item=f"article {ids[0]}"))
        before, at_once = ids[-1], size
        tick(len(ids))
    if n:
        queries.execute(conn, "search/clean_pending")
    return n


def missing(conn: Connection) -> int:
    """Return how many articles search does not find by what they say now."""
    return int(queries.value(conn, "search/count_unsearched"))


def refuse_wordless(query: str) -> None:
    """Raise `WrongUse` for a query without any word to search for, or one that is too long."""
    if not any(char.isalnum() for char in query):
        raise WrongUse(f"{query[:100]!r} names no word to search for")
    if len(query) > MAX_QUERY_CHARS:
        raise WrongUse(f"the query has {len(query):,} characters, and {MAX_QUERY_CHARS:,} are the most")


def find(conn: Connection, query: Query) -> list[Row]:
    """Return the articles that a query finds, each with the part of its text that says so; raises `WrongUse`."""
    refuse_wordless(query.words)
    return queries.rows(conn, "search/search_articles", **_criteria(query), newest=query.newest, limit=query.limit)


def count_days(conn: Connection, query: Query, limit: int) -> list[Row]:
    """Return `day` (in UTC) and `articles` that a query matches, the newest days that have any, at most `limit`."""
    return queries.rows(conn, "search/count_days", **_criteria(query), limit=limit)


def _criteria(query: Query) -> dict[str, Any]:
    """What a query asks of an article, as parameters of a statement."""
    return {
        "query": clean(query.words),
        "source": query.source,
        "since": query.window.start if query.window else None,
        "until": query.window.end if query.window else None,
        "language": clean(query.language),
        "sure": query.sure,
    }
