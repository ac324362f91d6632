"""The pages of all sources, and of one: how they stand, the worst first."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mirrorwire.core.config import source_files
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Source
from mirrorwire.core.windows import days_between
from mirrorwire.reports import listings
from mirrorwire.reports.conditions import NEVER_READ, alarms, conditions, is_down, rank
from mirrorwire.reports.coverage import covered_days
from mirrorwire.store import pages
from mirrorwire.store.pages import Row
from mirrorwire.web.asked import Asked, Facts, NotThere
from mirrorwire.web.later import Later

VOLUME_DAYS = 60
CALENDAR_DAYS = 180
LATEST = 10
"""Rejections and runs that the page of a source shows; their own pages have them all."""
SUMMARY = (
    "source",
    "name",
    "articles",
    "suspect",
    "newest_published_at",
    "newest_seen_at",
    "pending",
    "failed",
    "rejected",
    "error",
)


def sources(asked: Asked) -> Facts:
    """Return a row for each source, that which is worst off first, and whether anything is stored at all.

    Those that were never read come last: nobody may want them.
    """
    standing = listings.status(asked.conn, asked.settings, None, now=asked.now)
    standing.sort(key=lambda row: (_is_unread(row), rank(conditions(row, asked.now))))
    rows = [_summary(row, asked.now) for row in standing if asked.user.may_read(row["source"])]
    return {
        "now": asked.now,
        "sources": rows,
        "alarms": sum(row["alarm"] for row in rows),
        "empty": not any(row["articles"] for row in rows),
    }


def source(asked: Asked) -> Facts:
    """Return how one source stands, with its volume, coverage, latest rejections and runs; raises `NotThere`."""
    key = asked.needed("key")
    asked.must_read(key)
    standing = listings.status(asked.conn, asked.settings, key, now=asked.now)
    if not standing:
        raise NotThere(f"no source has the key {key!r}; the page of sources lists them")
    row = standing[0]
    stated = _stated(asked, key)
    return {
        "now": asked.now,
        "source": row | {"alarm": _is_alarm(row, asked.now)},
        "seeds": _seeds(row, stated),
        "volume": Later(lambda: _volume(asked, key, row["timezone"] or "UTC") if row["articles"] else []),
        "coverage": Later(lambda: _coverage(asked, stated) if stated and row["articles"] else []),
        "rejections": pages.rejections(asked.conn, key, None, limit=LATEST),
        "runs": pages.runs(asked.conn, key, limit=LATEST),
    }


def _summary(row: Row, now: datetime) -> Row:
    hosts = [host for host in row["hosts"] if host["role"] != "archive"]
    summary = {name: row[name] for name in SUMMARY}
    summary["conditions"] = row["conditions"]
    summary["alarm"] = _is_alarm(row, now)
    summary["hosts"] = len(hosts)
    summary["hosts_up"] = sum(not is_down(host) for host in hosts)
    return summary


def _is_unread(row: Row) -> bool:
    return bool(row["conditions"][0]["name"] == NEVER_READ)


def _is_alarm(row: Row, now: datetime) -> bool:
    return bool(alarms(conditions(row, now), asked_for=False))


def _stated(asked: Asked, key: str) -> Source | None:
    return next((file.source for file in source_files(asked.settings) if file.key == key), None)


def _seeds(row: Row, stated: Source | None) -> list[Row]:
    """The seeds of the source file with the times at which they are polled; those polled that it no longer has."""
    polls = {poll["seed"]: poll for poll in row["polls"]}
    stated_seeds = stated.seeds if stated else ()
    seeds = [{"seed": seed.name, "kind": seed.kind} | polls.pop(seed.name, {}) for seed in stated_seeds]
    return seeds + [{"kind": None} | poll for poll in polls.values()]


def _volume(asked: Asked, key: str, timezone: str) -> list[Row]:
    """A row for each of the last days, those without any article too."""
    zone = ZoneInfo(timezone)
    last = asked.now.astimezone(zone).date()
    first = last - timedelta(days=VOLUME_DAYS - 1)
    since, until = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    counts = {row["day"]: row for row in pages.volume(asked.conn, key, timezone, since, until)}
    rows = []
    for day in days_between(first, last):
        count = counts.get(day, {"articles": 0, "of_all": 0})
        rows.append({"day": day, "articles": count["articles"], "of_all": count["of_all"]})
    return rows


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _coverage(asked: Asked, stated: Source) -> list[Row]:
    first = asked.now.astimezone(stated.zone).date() - timedelta(days=CALENDAR_DAYS - 1)
    with suppress(WrongUse):  # of a publisher that began only now
        return covered_days(asked.conn, stated, f"{first}", None, asked.now)
    return []
