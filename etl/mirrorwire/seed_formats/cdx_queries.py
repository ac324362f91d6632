"""What a web archive's index is asked for: answers as long as a window, not as all that was ever captured. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from mirrorwire.core.records import Host, IndexPrefix, Interval, Seed, Source
from mirrorwire.core.windows import days_between, first_and_last_day
from mirrorwire.seed_formats.cdx import FIELDS, FIRST_YEAR, naming_days
from mirrorwire.seed_formats.reach import ONE_DAY, Span

EARLY = timedelta(days=7)
"""Captures are asked for from so long before a window: what they show tells that the index reaches it."""
LATE = timedelta(days=30)
"""A page whose URL names no day is taken for one of a window if it was first captured so soon after it."""
STAMP = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexQuery:
    """One question to an index: what it holds of a host, or of its URLs that begin with a `prefix`.

    `since` and `until` bound when pages were captured, `naming` is a regular expression that URLs match.
    """

    host: Host
    prefix: str | None = None
    naming: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Names and values as the Wayback CDX server takes them."""
        place = urlsplit(self.host.url).netloc + (self.prefix or "")
        pairs = [("url", place), ("matchType", "prefix" if self.prefix else "host")]
        pairs += [("output", "json"), ("fl", ",".join(FIELDS)), ("filter", "statuscode:200")]
        if self.since is not None:
            pairs.append(("from", f"{self.since:{STAMP}}"))
        if self.until is not None:
            pairs.append(("to", f"{self.until:{STAMP}}"))
        if self.naming is not None:
            pairs.append(("filter", f"original:{self.naming}"))
        return [*pairs, ("collapse", "urlkey")]

    def without_naming(self) -> IndexQuery | None:
        """Return the question for an index that knows no such filter; `None` where there is no such filter."""
        return None if self.naming is None else replace(self, naming=None)


def queries_for(host: Host, source: Source, seed: Seed, window: Interval | None, now: datetime) -> list[IndexQuery]:
    """Return the questions that together list what an index holds of a host's articles of a window.

    URLs that name their day are asked for by it, whenever they were captured; others by when they were. The seed's
    prefixes are those of the primary's paths: a host with paths of its own is asked for as a whole.
    """
    if not seed.prefixes or host.relation != "same-path":
        whole = IndexQuery(host=host)
        return [whole] if window is None else _by_patterns(whole, source, window, now)
    prefixes = [prefix for prefix in seed.prefixes if prefix.host in (None, host.url)]
    if window is None:
        return [IndexQuery(host=host, prefix=start) for start in _starts(prefixes)]
    first, last = first_and_last_day(window, source.zone)
    near = (max(first - EARLY, date(FIRST_YEAR, 1, 1)), min(last, now.date()) + EARLY)
    some_dated = any(prefix.is_dated for prefix in prefixes)
    queries: list[IndexQuery] = []
    for prefix in prefixes:
        days = _days_in_use(prefix, near)
        if days is None:
            continue
        if prefix.is_dated:
            queries += _by_day(host, prefix, days, captured_between(window, now)[0])
        elif some_dated:  # the others are for URLs that name no day
            queries.append(_by_capture(IndexQuery(host=host, prefix=prefix.path), window, now))
        else:
            queries += _by_patterns(IndexQuery(host=host, prefix=prefix.path), source, window, now)
    return queries


def captured_between(window: Interval | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return between which instants a window's pages were first captured, if their URLs name no day."""
    if window is None:
        return None, None
    since = window.start - EARLY if window.start.year > FIRST_YEAR else None
    return since, window.end + LATE if window.end < now else None


def _by_day(host: Host, prefix: IndexPrefix, days: Span, since: datetime | None) -> list[IndexQuery]:
    """Ask for each month, or year, that a prefix names; for single days of it where not all of it is wanted."""
    wanted: dict[str, list[date]] = {}
    for day in days_between(*days):
        wanted.setdefault(_filled(prefix, day), []).append(day)
    queries: list[IndexQuery] = []
    for start, within in wanted.items():
        query = IndexQuery(host=host, prefix=start, since=since)
        is_whole = _filled(prefix, within[0] - ONE_DAY) != start and _filled(prefix, within[-1] + ONE_DAY) != start
        if not is_whole:
            query = replace(query, naming=naming_days(within[0], within[-1]))
        queries.append(query)
    return queries


def _filled(prefix: IndexPrefix, day: date) -> str:
    return prefix.path.replace("{year}", f"{day:%Y}").replace("{month}", f"{day:%m}")


def _by_capture(query: IndexQuery, window: Interval, now: datetime) -> IndexQuery:
    since, until = captured_between(window, now)
    return replace(query, since=since, until=until)


def _by_patterns(query: IndexQuery, source: Source, window: Interval, now: datetime) -> list[IndexQuery]:
    """Ask by day, by capture or both, as the source's patterns name days."""
    by_capture = _by_capture(query, window, now)
    if by_capture.until is None:
        return [by_capture]
    first, last = first_and_last_day(window, source.zone)
    by_day = replace(by_capture, until=None, naming=naming_days(first - EARLY, last + EARLY))
    patterns = list(source.article_url)
    for host in source.hosts:
        patterns += host.article_url
    name_a_day = ["(?P<date>" in pattern for pattern in patterns]
    queries: list[IndexQuery] = []
    if any(name_a_day):
        queries.append(by_day)
    if not name_a_day or not all(name_a_day):
        queries.append(by_capture)
    return queries


def _days_in_use(prefix: IndexPrefix, days: Span) -> Span | None:
    """Return which of some days a prefix was in use, `None` for none of them."""
    first = max(days[0], prefix.since or date.min)
    last = min(days[1], prefix.until - ONE_DAY if prefix.until else date.max)
    return (first, last) if first <= last else None


def _starts(prefixes: Sequence[IndexPrefix]) -> list[str]:
    """Return what prefixes begin with, whatever the day; one that holds another is enough.

    An index knows no case.
    """
    starts = sorted((prefix.path.partition("{")[0] for prefix in prefixes), key=str.lower)
    kept: list[str] = []
    for start in starts:
        if not kept or not start.lower().startswith(kept[-1].lower()):
            kept.append(start)
    return kept
