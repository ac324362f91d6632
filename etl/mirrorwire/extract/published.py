"""When an article was published and modified, weighed from all that the page states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from mirrorwire.core.records import Precision, Source
from mirrorwire.core.urls import day_in_url
from mirrorwire.extract.date_lines import says_little
from mirrorwire.extract.dates import Moment, in_future, is_clear, parse_moment
from mirrorwire.extract.day_order import DayOrder
from mirrorwire.extract.near_heading import near_heading
from mirrorwire.extract.page import Page
from mirrorwire.extract.publisher_clock import is_utc, on_publishers_clock
from mirrorwire.extract.script_dates import script_dates
from mirrorwire.extract.sharpest import sharpest
from mirrorwire.extract.shown_dates import dated, shown_moments, timed
from mirrorwire.extract.stated import StatedTime, Statement, statements
from mirrorwire.extract.structured import Structured
from mirrorwire.extract.url_dates import day_first_in_path, day_in_path, month_in_path

TRUSTED_DAYS_APART = 2
"""A time further than this from the day in the URL is not taken."""
MAX_DOUBTS = 10


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
    path = urlsplit(page.url).path
    url_day = (day_in_url(page.url, source) if source else None) or day_in_path(path)
    stated = _stated(page, data, url_day, fetched_at)
    doubts: list[str] = []
    trusted = [time for time in stated if _trusted(time, page, url_day, fetched_at, doubts)]
    modified = sharpest([time for time in trusted if time.kind == "modified"])
    shown_change = next((time for time in trusted if time.kind == "modified" and time.origin == "page"), None)
    candidates = [time for time in trusted if time.kind == "published"]
    published = sharpest(_as_shown(candidates, page))
    if published is not None and modified is not None and _after(published, modified):
        published, modified = _in_order(published, modified, candidates, doubts)
    origins: dict[str, str] = {}
    times: dict[str, Any] = {}
    weak_url_day = url_day or day_first_in_path(path)
    if published is not None:
        origins["published_at"] = published.origin
        value, assumed = _in_zone(published.moment, source)
        if is_utc(value):
            clocks = [time.moment for time in candidates]
            value, assumed = on_publishers_clock(value, page, source, url_day, clocks, _language(page, data))
        times = {"published_at": value, "assumed": assumed, "precision": published.moment.precision}
    elif weak_url_day is not None and not in_future(Moment(value=weak_url_day, precision="day"), fetched_at):
        origins["published_at"] = "url"
        times = {"published_at": weak_url_day, "assumed": True, "precision": "day"}
    elif shown_change is not None:
        # Where a page shows one date only, it often calls it the last change's. Its day is all that is taken.
        origins["published_at"] = "page"
        times = {"published_at": shown_change.moment.day, "assumed": True, "precision": "day"}
    if modified is not None:
        times["modified_at"], _ = _in_zone(modified.moment, source)
        origins["modified_at"] = modified.origin
    return Times(**times, origins=origins, doubts=tuple(doubts[:MAX_DOUBTS]))


def _in_zone(moment: Moment, source: Source | None) -> tuple[datetime | date, bool]:
    """Return the value, and whether the source's zone had to be assumed."""
    if isinstance(moment.value, datetime) and moment.value.tzinfo is None and source is not None:
        return moment.value.replace(tzinfo=source.zone), True
    return moment.value, False


def _trusted(
    time: StatedTime, page: Page, url_day: date | None, fetched_at: datetime | None, doubts: list[str]
) -> bool:
    if in_future(time.moment, fetched_at):
        doubts.append(f"{time.kind} {time.moment.value} ({time.origin}) lies after the fetch")
        return False
    if time.kind != "published":
        return True
    if url_day and abs(time.moment.day - url_day) > timedelta(days=TRUSTED_DAYS_APART):
        doubts.append(f"published {time.moment.value} ({time.origin}) disagrees with the URL's day {url_day}")
        return False
    month = month_in_path(urlsplit(page.url).path) if time.origin in ("page", "script") else None
    if month is not None and not month.holds(time.moment.day):
        doubts.append(f"published {time.moment.value} ({time.origin}) disagrees with the URL's month {month}")
        return False
    return True


def _as_shown(published: list[StatedTime], page: Page) -> list[StatedTime]:
    """The statements, those first whose day the page shows near its heading, where they disagree by more than a zone.

    The rest keep their order.
    """
    stated = [time for time in published if time.origin not in ("page", "script")]
    if not any(_days_apart(time, stated[0]) > 1 for time in stated):
        return published
    days = [moment.day for moment in shown_moments(page)]
    return sorted(published, key=lambda time: time.moment.day not in days)


def _days_apart(time: StatedTime, other: StatedTime) -> int:
    return abs((time.moment.day - other.moment.day).days)


def _after(published: StatedTime, modified: StatedTime) -> bool:
    """Whether publication is said to lie behind the last change."""
    first, last = published.moment.value, modified.moment.value
    if isinstance(first, datetime) and isinstance(last, datetime) and (first.tzinfo is None) == (last.tzinfo is None):
        return first > last
    return published.moment.day > modified.moment.day


def _in_order(
    published: StatedTime, modified: StatedTime, candidates: list[StatedTime], doubts: list[str]
) -> tuple[StatedTime, StatedTime | None]:
    """Another statement of publication, at least a day before the last change, if there is one; else no last change,
    which was then only the last touch of what was published later."""
    others = [time for time in candidates if time.origin != "page" and _days_apart(time, published) > 1]
    for time in others:
        if modified.origin != "page" and not _after(time, modified):
            doubts.append(f"published {published.moment.value} ({published.origin}) lies after the last change")
            return time, modified
    if _days_apart(published, modified) > 1:
        doubts.append(f"modified {modified.moment.value} ({modified.origin}) lies before publication")
    return published, None


def _language(page: Page, data: Structured) -> str | None:
    root = page.tree.get("lang") if page.tree is not None else None
    return root or data.meta("og:locale", "content-language", "language")


def _stated(page: Page, data: Structured, url_day: date | None, fetched_at: datetime | None) -> list[StatedTime]:
    """All times that the page states, scripts and what it shows last, and only as far as they are needed."""
    texts = list(statements(data))
    order = DayOrder(
        url_day=url_day,
        modified=_first_clear(text for kind, _, text in texts if kind == "modified"),
        latest=fetched_at.date() if fetched_at else None,
        language=_language(page, data),
        shown=lambda: [text for _, text in (*timed(page), *dated(page))],
    )
    stated = list(_read(texts, order))
    published = [time.moment for time in stated if time.kind == "published"]
    if not any(moment.zoned for moment in published):
        scripted = _scripted(page, order, published)
        stated += scripted
        published += [time.moment for time in scripted]
    shown = timed(page) if published else (*dated(page), *timed(page))
    stated += _read((Statement(kind, "page", text) for kind, text in shown), order)
    return stated


def _first_clear(texts: Iterable[str]) -> Moment | None:
    """The first time that can be read in one way only."""
    moments = (parse_moment(text) for text in texts if is_clear(text))
    return next((moment for moment in moments if moment), None)


def _read(texts: Iterable[Statement], order: DayOrder) -> Iterator[StatedTime]:
    for kind, origin, text in texts:
        moment = order.moment(text)
        if moment is not None:
            yield StatedTime(kind=kind, origin=origin, moment=moment)


def _scripted(page: Page, order: DayOrder, published: list[Moment]) -> list[StatedTime]:
    """What scripts say, where it agrees with what was stated, or else with the date next to the heading."""
    moments = script_dates(page)
    if not moments:
        return []
    beside = published[:1]
    if not beside:
        near = [text for kind, text in near_heading(page) if kind == "published" and says_little(text)]
        shown = [order.moment(text) for text in near]
        beside = [moment for moment in shown if moment][:1]
    times = [StatedTime(kind="published", origin="script", moment=moment) for moment in moments]
    if not beside:
        return times
    return [time for time in times if abs(time.moment.day - beside[0].day) <= timedelta(days=TRUSTED_DAYS_APART)]
