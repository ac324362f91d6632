"""Bugs of ours that single items met, as they are recorded: what `check` and `status` show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mirrorwire.core.bugs import Bug
from mirrorwire.core.records import Run
from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection

MAX_ITEM_CHARS = 500
"""What the unique index on an item can hold, at four bytes a character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetBug:
    """A bug that a run met: where, what was raised last, on how many items, and one of them."""

    place: str
    error: str
    items: int
    item: str


def note(
    conn: Connection, run: Run, step: str, bugs: Iterable[Bug], *, item: str, now: datetime, link_id: int | None = None
) -> None:
    """Record bugs that an item of a run met; each once a run, step, item and place.

    `item` names the item where a bug names none itself.
    """
    for bug in bugs:
        queries.execute(
            conn,
            "bugs/insert_bug",
            source=run.source,
            run_id=run.run_id or None,
            link_id=link_id,
            step=step,
            item=(clean(bug.item or item) or "")[:MAX_ITEM_CHARS],
            place=clean(bug.place),
            error=clean(bug.error),
            traceback=clean(bug.traceback),
            now=now,
        )


def of_run(conn: Connection, run_id: int) -> list[MetBug]:
    """Return the bugs of a run by place, those that met most items first."""
    return queries.records(conn, MetBug, "bugs/run_bugs", run_id=run_id)
