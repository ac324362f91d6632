"""When an article was published and modified, weighed from all that the page states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from mirrorwire.core.records import Precision, Source
from mirrorwire.core.urls import day_in_url
from mirrorwire.extract.dates import Moment, in_future, parse_moment
from mirrorwire.extract.url_dates import day_in_path
from mirrorwire.extract.page import Page
from mirrorwire.extract.script_dates import script_dates
from mirrorwire.extract.shown_dates import Kind, dated, near_heading, says_little, timed
from mirrorwire.extract.structured import Structured, text_of

TRUSTED_DAYS_APART = 2
"""A time further than this from the day in the URL is not taken."""

_PUBLISHED_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "published_time", "published-date",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "dcterms.created",
    "dcterms.issued", "dc.date.issued", "dc.date.created", "dc.created", "dc.date.published", "rnews:datepublished",
    "article.published", "article.created", "iso-8601-publish-date", "originalpublicationdate", "dc.date",
    "dcterms.date", "date", "article_date_original",
)  # fmt: skip
_MODIFIED_METAS = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "article:modified", "datemodified",
    "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "article.updated", "revised", "updated_time",
)  # fmt: skip
_CLEAR = re.compile(r"[^\W\d_]{3}|^\d{4}-")
_LARGEST_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTime:
    """A time that a page states, and where."""

    kind: Kind
    origin: str
    moment: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Published and modified, apart. `doubts` names what was stated and not taken, and why."""

    published_at: datetime | date | None = None
    assumed: bool = False
    precision: Precision | None = None
    modified_at: datetime | date | None = None
    origins: dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def read_times(page: Page, data: Structured, source: Source | None, fetched_at: datetime | None) -> Times:
    """Return when the article was published and modified, as `Article` wants it."""
    url_day = (day_in_url(page.url, source) if source else None) or day_in_path(urlsplit(page.url).path)
    stated = list(_stated(page, data, url_day, fetched_at))
    doubts: list[str] = []
    trusted = [statement for statement in stated if _trusted(statement, url_day, fetched_at, doubts)]
    origins: dict[str, str] = {}
    published = _sharpest([statement for statement in trusted if statement.kind == "published"])
    modified = _sharpest([statement for statement in trusted if statement.kind == "modified"])
    times: dict[str, Any] = {}
    if published is not None:
        value, assumed = _in_zone(published.moment, source)
        origins["published_at"] = published.origin
        times = {"published_at": value, "assumed": assumed, "precision": published.moment.precision}
    elif url_day is not None and not in_future(Moment(value=url_day, precision="day"), fetched_at):
        origins["published_at"] = "url"
        times = {"published_at": url_day, "assumed": True, "precision": "day"}
    elif modified is not None and modified.origin == "page":
        # Where a page shows one date only, it often calls it the last change's. Its day is all that is taken.
        origins["published_at"] = "page"
        times = {"published_at": modified.moment.day, "assumed": True, "precision": "day"}
    if modified is not None:
        times["modified_at"], _ = _in_zone(modified.moment, source)
        origins["modified_at"] = modified.origin
    return Times(**times, origins=origins, doubts=tuple(doubts[:10]))


def _in_zone(moment: Moment, source: Source | None) -> tuple[datetime | date, bool]:
    """Return the value, and whether the source's zone had to be assumed."""
    if isinstance(moment.value, datetime) and moment.value.tzinfo is None and source is not None:
        return moment.value.replace(tzinfo=source.zone), True
    return moment.value, False


def _trusted(statement: StatedTime, url_day: date | None, fetched_at: datetime | None, doubts: list[str]) -> bool:
    if in_future(statement.moment, fetched_at):
        doubts.append(f"{statement.kind} {statement.moment.value} ({statement.origin}) lies after the fetch")
        return False
    if (
        statement.kind == "published"
        and url_day
        and abs(statement.moment.day - url_day) > timedelta(days=TRUSTED_DAYS_APART)
    ):
        doubts.append(f"published {statement.moment.value} ({statement.origin}) disagrees with the URL's day {url_day}")
        return False
    return True


def _sharpest(stated: list[StatedTime]) -> StatedTime | None:
    """The first statement, or a later one that says the same more exactly: the zone or the time that it lacks."""
    if not stated:
        return None
    first = stated[0]
    for later in stated[1:]:
        same_day = abs(later.moment.day - first.moment.day) <= timedelta(days=1)
        if (
            _utc_by_name_only(first, later)
            or (
                first.moment.precision == "day"
                and later.moment.precision != "day"
                and later.moment.day == first.moment.day
            )
            or (same_day and later.moment.zoned and not first.moment.zoned and _same_clock(first.moment, later))
        ):
            first = later
    return first


def _utc_by_name_only(first: StatedTime, other: StatedTime) -> bool:
    """Whether a time called UTC is a local one: the page states the same clock with an offset, down to the minute."""
    stated, local = first.moment.value, other.moment.value
    if not (isinstance(stated, datetime) and isinstance(local, datetime) and stated.tzinfo and local.tzinfo):
        return False
    apart = abs(stated.replace(tzinfo=None) - local.replace(tzinfo=None))
    return not stated.utcoffset() and bool(local.utcoffset()) and apart < timedelta(minutes=1)


def _same_clock(naive: Moment, other: StatedTime) -> bool:
    """Whether both may be one instant: the same clock, or clocks apart by the offset of a zone (quarter hours), which
    is not believed of what the page shows: that may be another article's."""
    zoned = other.moment
    if not isinstance(naive.value, datetime) or not isinstance(zoned.value, datetime):
        return False
    apart = abs(zoned.value.replace(tzinfo=None) - naive.value)
    if other.origin == "page":
        return apart < timedelta(minutes=1)
    minute, beside = timedelta(minutes=1), apart % timedelta(minutes=15)
    return apart <= _LARGEST_OFFSET and (beside < minute or beside > timedelta(minutes=14))


def _clear_days(texts: Iterable[str]) -> Iterator[date]:
    """The days of texts that can be read in one way only: with the month as a word, or the year first."""
    for text in texts:
        moment = parse_moment(text) if _CLEAR.search(text) else None
        if moment is not None:
            yield moment.day


def _stated(page: Page, data: Structured, url_day: date | None, fetched_at: datetime | None) -> Iterator[StatedTime]:
    known = [day for day in (url_day, fetched_at.date() if fetched_at else None) if day]
    shown = list(timed(page))
    clear = list(_clear_days(text for _, text in shown))

    def nearest(days: list[date]) -> date | None:
        """Of two readings of 3/9/2026 the one that other dates speak for: the URL's, a shown one, the fetch."""
        for anchor in (known[:1] if url_day else []) + clear[:1]:
            return min(days, key=lambda day: abs(day - anchor))
        past = [day for day in days if not fetched_at or day <= fetched_at.date() + timedelta(days=1)]
        return past[0] if len(past) == 1 else None

    language = (page.tree.get("lang") or "").lower() if page.tree is not None else ""
    month_first = True if language in ("en-us", "en-ph") else None

    moments: dict[Kind, list[Moment]] = {}

    def statement(kind: Kind, origin: str, text: str | None) -> Iterator[StatedTime]:
        moment = parse_moment(text, nearest=nearest, month_first=month_first)
        if moment is not None:
            moments.setdefault(kind, []).append(moment)
            yield StatedTime(kind=kind, origin=origin, moment=moment)

    yield from statement("published", "json-ld", text_of(data.article.get("datePublished"), 100))
    for name in _PUBLISHED_METAS:
        yield from statement("published", "meta", data.meta(name))
    yield from statement("published", "microdata", next(iter(data.microdata.get("datePublished", ())), None))
    yield from statement("published", "json-ld", text_of(data.article.get("dateCreated"), 100))
    yield from statement("published", "microdata", next(iter(data.microdata.get("dateCreated", ())), None))
    yield from statement("modified", "json-ld", text_of(data.article.get("dateModified"), 100))
    for name in _MODIFIED_METAS:
        yield from statement("modified", "meta", data.meta(name))
    yield from statement("modified", "microdata", next(iter(data.microdata.get("dateModified", ())), None))
    if not any(moment.zoned for moment in moments.get("published", ())):
        scripted = script_dates(page)
        beside = list(moments.get("published", ()))
        if not beside:
            near = [text for kind, text in near_heading(page) if kind == "published" and says_little(text)]
            stated = [parse_moment(text, nearest=nearest, month_first=month_first) for text in near]
            beside = [moment for moment in stated if moment]
        for moment in scripted:
            if not beside or abs(moment.day - beside[0].day) <= timedelta(days=TRUSTED_DAYS_APART):
                moments.setdefault("published", []).append(moment)
                yield StatedTime(kind="published", origin="script", moment=moment)
    for kind, text in shown if "published" in moments else (*dated(page), *shown):
        yield from statement(kind, "page", text)
