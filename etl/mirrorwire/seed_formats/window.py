"""Which sitemaps and links a window of the past needs, judged by what is known before they are fetched."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from mirrorwire.core.records import Interval, Link
from mirrorwire.seed_formats.document import ChildSitemap

# A year, then perhaps a month of two digits, then perhaps a day: 2026, 2026-08, 202608, 2026/08/15.
_NAMED = re.compile(r"(?<!\d)((?:19[89]|20\d)\d)(?:[-_./]?(0[1-9]|1[0-2])(?:[-_./]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?$")


def children_for(window: Interval | None, children: Iterable[ChildSitemap], zone: ZoneInfo) -> tuple[ChildSitemap, ...]:
    """Return the sitemaps that may hold articles of a window, in their order; all of them without one.

    The days that a sitemap's URL names decide, as days of the source's zone. Where it names none, one that was
    last changed before the window began holds none of it; one that states no change is needed.
    """
    return tuple(child for child in children if window is None or _is_needed(child, window, zone))


def link_in_window(link: Link, window: Interval | None, zone: ZoneInfo) -> bool:
    """Tell whether a link may lead to an article of a window: by its day, else by its `lastmod`, else yes."""
    if window is None:
        return True
    if link.day is not None:
        return _overlap(link.day, link.day, window, zone)
    return _changed_since(link.lastmod, window, zone)


def named_days(url: str) -> tuple[date, date] | None:
    """Return the first and last day that a sitemap's URL names (year, month or day), `None` if it names none.

    The narrowest name counts (`/2026/sitemap-2026-08.xml` is August); of several, all that they enclose.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    spans = []
    for match in _NAMED.finditer(unquote(f"{parts.path}?{parts.query}")):
        name = match.groups()
        if span := _span(*name):
            spans.append((sum(part is not None for part in name), span))
    if not spans:
        return None
    narrowest = max(parts_named for parts_named, _ in spans)
    kept = [span for parts_named, span in spans if parts_named == narrowest]
    return min(first for first, _ in kept), max(last for _, last in kept)


def _is_needed(child: ChildSitemap, window: Interval, zone: ZoneInfo) -> bool:
    named = named_days(child.url)
    return _overlap(*named, window, zone) if named else _changed_since(child.lastmod, window, zone)


def _overlap(first: date, last: date, window: Interval, zone: ZoneInfo) -> bool:
    until = (window.end - timedelta(microseconds=1)).astimezone(zone).date()
    return first <= until and last >= window.start.astimezone(zone).date()


def _changed_since(lastmod: str | None, window: Interval, zone: ZoneInfo) -> bool:
    latest = latest_instant(lastmod, zone) if lastmod else None
    return latest is None or latest >= window.start


def latest_instant(lastmod: str, zone: ZoneInfo) -> datetime | None:
    """Return the last instant that a time can mean: a day, month or year means all of it. `None`: unreadable."""
    try:
        rough = _YEAR_OR_MONTH.match(lastmod)
        if rough:
            span = _span(rough[1], rough[2], None)
            return datetime.combine(span[1], time.max, zone).astimezone(UTC) if span else None
        if len(lastmod) <= 10:
            return datetime.combine(date.fromisoformat(lastmod), time.max, zone).astimezone(UTC)
        instant = datetime.fromisoformat(lastmod)
        return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _span(year: str, month: str | None, day: str | None) -> tuple[date, date] | None:
    try:
        if month is None:
            return date(int(year), 1, 1), date(int(year), 12, 31)
        if day is None:
            first = date(int(year), int(month), 1)
            return first, first.replace(day=monthrange(first.year, first.month)[1])
        exact = date(int(year), int(month), int(day))
        return exact, exact
    except ValueError:
        return None
