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
    """A saved query: its name, what it asks, as the first line of its file says, and the name of its statement."""

    name: str
    question: str
    statement: str


def questions() -> list[Question]:
    """Return the saved queries by name."""
    saved = []
    for path in sorted((SQL / "queries" / FOLDER).glob("*.sql")):
        first_line = path.read_text(encoding="utf-8").partition("\n")[0]
        name, statement = path.stem.replace("_", "-"), f"{FOLDER}/{path.stem}"
        saved.append(Question(name=name, question=first_line.removeprefix("-- "), statement=statement))
    return saved


def named(name: str) -> Question:
    """Return the saved query of that name; raises `WrongUse` that lists all where there is none."""
    saved = {question.name: question for question in questions()}
    if name not in saved:
        raise WrongUse(f"no saved query {name!r}; there are {', '.join(saved)}")
    return saved[name]


def answer(conn: Connection, name: str, *, window: Interval | None, source: str | None, limit: int) -> list[Row]:
    """Return a saved query's rows, at most `limit`.

    `window` is of the time that the question is about, half-open; `source` a key, `None` takes all. Raises `WrongUse`
    for a name that is none.
    """
    question = named(name)
    return queries.rows(
        conn,
        question.statement,
        since=window.start if window else None,
        until=window.end if window else None,
        source=source,
        limit=limit,
    )
