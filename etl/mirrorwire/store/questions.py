"""Saved queries: questions that researchers ask of what is stored, a statement each in sql/queries/questions."""

from __future__ import annotations

from dataclasses import dataclass

from mirrorwire.core.config import SQL
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Interval
from mirrorwire.store import queries
from mirrorwire.store.db import Connection
from mirrorwire.store.queries import Row

FOLDER = "questions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A saved query: its name, and what it asks, as the first line of its file says."""

    name: str
    question: str


def questions() -> list[Question]:
    """Return the saved queries by name."""
    saved = []
    for path in sorted((SQL / "queries" / FOLDER).glob("*.sql")):
        first_line = path.read_text(encoding="utf-8").partition("\n")[0]
        saved.append(Question(name=path.stem.replace("_", "-"), question=first_line.removeprefix("-- ")))
    return saved


def check_name(name: str) -> None:
    """Raise `WrongUse` that lists the saved queries where none has that name."""
    names = [question.name for question in questions()]
    if name not in names:
        raise WrongUse(f"no saved query {name!r}; there are {', '.join(names)}")


def answer(conn: Connection, name: str, *, window: Interval | None, source: str | None, limit: int) -> list[Row]:
    """Return a saved query's rows, at most `limit`.

    `window` is of the time that the question is about, half-open; `source` a key, `None` takes all. Raises `WrongUse`
    for a name that is none.
    """
    check_name(name)
    return queries.rows(
        conn,
        f"{FOLDER}/{name.replace('-', '_')}",
        since=window.start if window else None,
        until=window.end if window else None,
        source=source,
        limit=limit,
    )
