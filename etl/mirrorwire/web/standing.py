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
from mirrorwire.web.later import Later
from mirrorwire.web.page_request import Facts, NotThere, PageRequest

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


def sources(page_request: PageRequest) -> Facts:
    """Return a row for each source, that which is worst off first, and whether anything is stored at all.

    Those that were never read come last: nobody may want them.
    """
    standing = listings.status(page_request.conn, page_request.settings, None, now=page_request.now)
    standing.sort(key=lambda row: (_is_unread(row), rank(conditions(row, page_request.now))))
    rows = [_summary(row, page_request.now) for row in standing if page_request.user.may_read(row["source"])]
    return {
        "now": page_request.now,
        "sources": rows,
        "alarms": sum(row["alarm"] for row in rows),
        "empty": not any(row["articles"] for row in rows),
    }


def source(page_request: PageRequest) -> Facts:
    """Return how one source stands, with its volume, coverage, latest rejections and runs; raises `NotThere`."""
    key = page_request.needed("key")
    page_request.must_read(key)
    standing = listings.status(page_request.conn, page_request.settings, key, now=page_request.now)
    if not standing:
        raise NotThere(f"no source has the key {key!r}; the page of sources lists them")
    row = standing[0]
    stated = _stated(page_request, key)
    return {
        "now": page_request.now,
        "source": row | {"alarm": _is_alarm(row, page_request.now)},
        "seeds": _seeds(row, stated),
        "volume": Later(lambda: _volume(page_request, key, row["timezone"] or "UTC") if row["articles"] else []),
        "coverage": Later(lambda: _coverage(page_request, stated) if stated and row["articles"] else []),
        "rejections": pages.rejections(page_request.conn, key, None, limit=LATEST),
        "runs": pages.runs(page_request.conn, key, limit=LATEST),
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


def _stated(page_request: PageRequest, key: str) -> Source | None:
    return next((file.source for file in source_files(page_request.settings) if file.key == key), None)


def _seeds(row: Row, stated: Source | None) -> list[Row]:
    """The seeds of the source file with the times at which they are polled; those polled that it no longer has."""
    polls = {poll["seed"]: poll for poll in row["polls"]}
    stated_seeds = stated.seeds if stated else ()
    seeds = [{"seed": seed.name, "kind": seed.kind} | polls.pop(seed.name, {}) for seed in stated_seeds]
    return seeds + [{"kind": None} | poll for poll in polls.values()]


def _volume(page_request: PageRequest, key: str, timezone: str) -> list[Row]:
    """A row for each of the last days, those without any article too."""
    zone = ZoneInfo(timezone)
    last = page_request.now.astimezone(zone).date()
    first = last - timedelta(days=VOLUME_DAYS - 1)
    since, until = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    counts = {row["day"]: row for row in pages.volume(page_request.conn, key, timezone, since, until)}
    rows = []
    for day in days_between(first, last):
        count = counts.get(day, {"articles": 0, "of_all": 0})
        rows.append({"day": day, "articles": count["articles"], "of_all": count["of_all"]})
    return rows


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _coverage(page_request: PageRequest, stated: Source) -> list[Row]:
    first = page_request.now.astimezone(stated.zone).date() - timedelta(days=CALENDAR_DAYS - 1)
    with suppress(WrongUse):  # of a publisher that began only now
        return covered_days(page_request.conn, stated, f"{first}", None, page_request.now)
    return []
