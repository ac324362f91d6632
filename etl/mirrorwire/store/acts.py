"""What people changed in the pages of a browser: noted with who and when, and listed."""

from __future__ import annotations

from typing import Any

from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection
from mirrorwire.store.pages import FIRST, PAGE

Row = dict[str, Any]


def begin(conn: Connection, kind: str, source: str, subject: str, *, done_by: str) -> int:
    """Note that a person began to change something, and return the number of the act."""
    return int(
        queries.value(conn, "acts/begin_act", kind=kind, source=source, subject=clean(subject), done_by=clean(done_by))
    )


def end(conn: Connection, act_id: int, *, outcome: str | None = None, problem: str | None = None) -> None:
    """Note what came of an act, or why it failed."""
    queries.execute(conn, "acts/end_act", act_id=act_id, outcome=clean(outcome), problem=clean(problem))


def listed(conn: Connection, source: str | None, *, before: int = FIRST, limit: int = PAGE) -> list[Row]:
    """Return acts, newest first; `before` is the id of the last row of the page before."""
    return queries.rows(conn, "acts/list_acts", source=source, before=before, limit=limit)
