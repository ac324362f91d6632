"""Which days seeds reach: of sitemaps by the periods that they name, of listings by what stands on their pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median_low
from zoneinfo import ZoneInfo

from mirrorwire.core.records import Interval
from mirrorwire.core.windows import first_and_last_day, midnight
from mirrorwire.seed_formats.document import SeedDocument
from mirrorwire.seed_formats.window import latest_instant, named_days

Span = tuple[date, date]
"""The first and the last of days in a row."""
MARGIN = timedelta(days=7)
"""How long after its period a sitemap may still change: late items, corrections, a generator that runs weekly."""
MIN_GAP_DAYS = 7
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapDays:
    """A sitemap by its days: those that its URL names, and the first and last that its links name.

    `listed`: all its links are on the frontier, not only those of a window.
    """

    named: Span | None
    days: Span | None
    whole: bool = True
    listed: bool = True


def days_of(document: SeedDocument) -> Span | None:
    """Return the first and the last day that a document's links name."""
    days = [link.day for link in document.links if link.day]
    return (min(days), max(days)) if days else None


def period_end(document: SeedDocument, url: str, zone: ZoneInfo) -> date | None:
    """Return the last day of the period that a sitemap's URL names, if what it holds belongs there.

    A year in the URL of a sitemap that goes on names no period: then a link's day lies beyond it, or, where links have
    none, most were last changed after it. Nor does an index have one, or what was read in part.
    """
    named = named_days(url)
    if named is None or document.children or document.damage:
        return None
    last = named[1]
    if (days := days_of(document)) is not None:
        return last if days[1] <= last + ONE_DAY else None
    stated = [latest_instant(link.lastmod, zone) for link in document.links if link.lastmod]
    changes = [changed for changed in stated if changed]
    return last if not changes or median_low(changes) < midnight(last + ONE_DAY, zone) + MARGIN else None


def is_finished(end: date | None, read_at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a sitemap that was read then, of a period that ends so, will not change any more."""
    return end is not None and midnight(end + ONE_DAY, zone) + MARGIN <= read_at


def is_settled(lastmod: str | None, read_at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a sitemap was last changed so long ago, as its index says, that what it holds is all past."""
    changed = latest_instant(lastmod, zone) if lastmod else None
    return changed is not None and changed <= read_at - MARGIN


def reach_of_sitemaps(shown: Iterable[SitemapDays], named: Collection[Span], window: Span | None) -> tuple[Span, ...]:
    """Return the days that sitemaps reach; of a window, those in it, but for what is listed whole.

    A sitemap reaches all days that its URL names. Of the first and the last one of an index nobody knows since when, or
    how far, they were kept, so their links decide. `named` are the days of each sitemap that the index names.
    """
    begin, end = min((first for first, _ in named), default=None), max((last for _, last in named), default=None)
    spans: list[Span] = []
    unnamed: list[date] = []
    for sitemap in shown:
        if sitemap.named is None:
            unnamed += sitemap.days if sitemap.days and sitemap.listed else _clipped(sitemap.days, window)
            continue
        first, last = sitemap.days or (None, None)
        if sitemap.whole and begin and begin < sitemap.named[0]:
            first = sitemap.named[0]
        if sitemap.whole and end and end > sitemap.named[1]:
            last = sitemap.named[1]
        if first and last and first <= last:
            span = (first, last)
            spans += [span] if sitemap.listed else _spans(_clipped(span, window))
    return joined([*spans, *([(min(unnamed), max(unnamed))] if unnamed else [])])


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch or overlap as one."""
    together: list[Span] = []
    for first, last in sorted(spans):
        if together and first <= together[-1][1] + ONE_DAY:
            together[-1] = (together[-1][0], max(last, together[-1][1]))
        else:
            together.append((first, last))
    return tuple(together)


def main_days(days: Iterable[date | None]) -> Span | None:
    """Return the first and last day of a listing's articles, without the few pinned ones that lie far off.

    From the median day outwards, as long as no gap is over a week, nor over three times the usual one.
    """
    ordered = sorted(day for day in days if day)
    if not ordered:
        return None
    middle = ordered[len(ordered) // 2]
    apart = sorted(set(ordered))
    gaps = [(later - earlier).days for earlier, later in pairwise(apart)]
    widest = max(MIN_GAP_DAYS, 3 * median_low(gaps)) if gaps else 0
    first = last = apart.index(middle)
    while first > 0 and gaps[first - 1] <= widest:
        first -= 1
    while last < len(gaps) and gaps[last] <= widest:
        last += 1
    return apart[first], apart[last]


def in_window(spans: Iterable[Span], window: Interval | None, zone: ZoneInfo) -> tuple[Span, ...]:
    """Return what of spans lies in a window: all of it without one."""
    if window is None:
        return joined(spans)
    bounds = first_and_last_day(window, zone)
    clipped: list[Span] = []
    for span in spans:
        clipped += _spans(_clipped(span, bounds))
    return joined(clipped)


def _clipped(span: Span | None, window: Span | None) -> tuple[date, ...]:
    if span is None or window is None:
        return span or ()
    first, last = max(span[0], window[0]), min(span[1], window[1])
    return (first, last) if first <= last else ()


def _spans(days: tuple[date, ...]) -> list[Span]:
    return [(days[0], days[1])] if days else []
