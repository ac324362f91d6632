"""What is held of each day: links, what became of them, and whether any seed has reached the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mirrorwire.store import queries
from mirrorwire.store.db import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """The links of a day and what became of them. Not `covered`: no seed has reached it, so there may be more."""

    day: date
    links: int
    captured: int
    loaded: int
    rejected: int
    gone: int
    pending: int
    failed: int
    covered: bool


def of_days(conn: Connection, source: str, first: date, last: date) -> list[DayCounts]:
    """Return what is held from one day to another, both in it; a day that no seed has reached may be left out."""
    return queries.records(conn, DayCounts, "coverage/coverage", source=source, first_day=first, last_day=last)


def first_reached(conn: Connection, source: str) -> date | None:
    """Return the first day that a seed of a source has reached."""
    day: date | None = queries.value(conn, "coverage/first_reached", source=source)
    return day
