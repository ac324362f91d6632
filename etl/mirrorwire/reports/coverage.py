"""Which days are held whole, which hold far less than their neighbours, and which no seed has reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import median
from typing import Any

from mirrorwire.core.records import Source
from mirrorwire.core.windows import days_between, first_and_last_day, past_window
from mirrorwire.store import coverage
from mirrorwire.store.coverage import DayCounts
from mirrorwire.store.db import Connection

Row = dict[str, Any]
COUNTS = ("links", "captured", "loaded", "rejected", "gone", "pending", "failed")
THIN_SHARE = 0.4
WEEKS, NEIGHBOURS, FEW = 4, 7, 3
"""A day is compared with the same weekday of so many weeks before and after, or, with fewer than `FEW` of those
covered, with so many days on either side."""
DEFAULT_DAYS = 30


def covered_days(conn: Connection, source: Source, since: str | None, until: str | None, now: datetime) -> list[Row]:
    """Return a row for each day of a window: `day`, `status`, the counts, and what is `usual` for it.

    `status` is covered, thin (far fewer articles loaded than on its neighbours) or not covered; the counts of a day of
    which nothing is known are `None`, since nobody knows that there was nothing. Without `since` from the first day
    that a seed has reached, without `until` to today. Raises `WrongUse` for days of the future or before the publisher.
    """
    zone, today = source.zone, now.astimezone(source.zone).date()
    window = past_window(since, until, zone, now, began=source.since)
    first, last = first_and_last_day(window, zone) if window else (today, today)
    if since is None:
        first = min(last, coverage.first_reached(conn, source.key) or last - timedelta(days=DEFAULT_DAYS - 1))
    if until is None:
        last = today
    first = max(first, source.since) if source.since else first
    around = timedelta(weeks=WEEKS)
    held = {counts.day: counts for counts in coverage.of_days(conn, source.key, first - around, last + around)}
    return rows_of(held, days_between(first, last), today)


def rows_of(held: Mapping[date, DayCounts], days: Iterable[date], today: date) -> list[Row]:
    """Return the rows of days, of those held and of those that are not. Pure; the running day is never thin."""
    loaded = {day: counts.loaded for day, counts in held.items() if counts.covered and day < today}
    rows = []
    for day in days:
        counts, usual = held.get(day), usual_for(day, loaded)
        known = asdict(counts) if counts and (counts.covered or counts.links) else {}
        status = "not covered"
        if counts and counts.covered:
            status = "thin" if day < today and is_thin(counts.loaded, usual) else "covered"
        rows.append({"day": day, "status": status, **{name: known.get(name) for name in COUNTS}, "usual": usual})
    return rows


def usual_for(day: date, loaded: Mapping[date, int]) -> float | None:
    """Return how many articles are usual for a day, by the median of the same weekday in the weeks around it.

    Where too few of those are covered, by the median of the days around it; `None` where too few of those are too. A
    week has a shape of its own: few articles on a Sunday are many beside other Sundays.
    """
    weeks = [day + timedelta(weeks=n) for n in range(-WEEKS, WEEKS + 1) if n]
    near = [day + timedelta(days=n) for n in range(-NEIGHBOURS, NEIGHBOURS + 1) if n]
    for others in (weeks, near):
        known = [loaded[other] for other in others if other in loaded]
        if len(known) >= FEW:
            return float(median(known))
    return None


def is_thin(loaded: int, usual: float | None) -> bool:
    """Tell whether a day holds far less than is usual: under 40 %, and by more than chance makes of small numbers."""
    return usual is not None and loaded < THIN_SHARE * usual and usual - loaded > 2 * sqrt(usual)


def spans(rows: Iterable[Mapping[str, Any]], status: str) -> list[tuple[date, date]]:
    """Return the days of a status as the first and last of those in a row."""
    stretches: list[tuple[date, date]] = []
    for row in rows:
        if row["status"] == status:
            day = row["day"]
            if stretches and stretches[-1][1] == day - timedelta(days=1):
                stretches[-1] = (stretches[-1][0], day)
            else:
                stretches.append((day, day))
    return stretches
