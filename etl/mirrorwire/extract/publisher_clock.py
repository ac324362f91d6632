"""An instant in UTC -> the same instant on the clock of the publisher, so that its day is the one that readers saw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from mirrorwire.core.records import Source
from mirrorwire.extract.dates import Moment, parse_moment
from mirrorwire.extract.local_day import at_midnight, by_local_clock, on_local_day
from mirrorwire.extract.page import Page
from mirrorwire.extract.script_dates import script_dates
from mirrorwire.extract.shown_dates import shown_lines

LAST_EARLY_HOUR = 9
FIRST_LATE_HOUR = 21
FIRST_LATE_HOUR_IN_ASIA = 15
"""Hours in UTC at which it is another day where newspapers are made: yesterday in America, tomorrow elsewhere."""
_ASIAN = ("id", "ja", "km", "ko", "ms", "my", "th", "vi", "zh")


def is_utc(value: datetime | date) -> bool:
    """Return whether a time is an instant in UTC: most systems store it so, whatever their own zone."""
    return isinstance(value, datetime) and value.tzinfo is not None and not value.utcoffset()


def on_publishers_clock(
    instant: datetime | date,
    page: Page,
    source: Source | None,
    url_day: date | None,
    stated: list[Moment],
    language: str | None,
) -> tuple[datetime | date, bool]:
    """Return the same instant with the publisher's offset, and whether that is assumed; as it is where nothing tells.

    `stated` are the page's other times of publication. An offset is assumed if it is only the least that puts the
    instant on the day of the URL or of the page's own date.
    """
    if not isinstance(instant, datetime):
        return instant, False
    if source is not None:
        return instant.astimezone(source.zone), False
    clocks, days = _witnesses(instant, page, url_day, language)
    local = by_local_clock(instant, _clocks([*stated, *clocks]))
    if local is not None:
        return local, False
    for day in days[:1]:
        local = on_local_day(instant, day)
    if local is None and url_day is None:
        local = at_midnight(instant, language)
    return (instant, False) if local is None else (local, True)


def _witnesses(
    instant: datetime, page: Page, url_day: date | None, language: str | None
) -> tuple[Sequence[Moment], list[date]]:
    """The page's other times, and the days that readers saw: only where the day may be another than in UTC, since they
    cost more than the rest."""
    if url_day is not None:
        return (script_dates(page) if url_day != instant.date() else ()), [url_day]
    if not _is_another_day(instant, language):
        return (), []
    shown = list(_shown_moments(page, instant))
    return shown, [moment.day for moment in shown]


def _shown_moments(page: Page, instant: datetime) -> Iterator[Moment]:
    """The times that the page shows; in 3/9/2026 the month is where it makes the day nearest to the instant's."""

    def nearest(readings: list[date]) -> date:
        return min(readings, key=lambda day: abs(day - instant.date()))

    for text in shown_lines(page):
        moment = parse_moment(text, nearest=nearest)
        if moment is not None:
            yield moment


def _is_another_day(instant: datetime, language: str | None) -> bool:
    asian = (language or "").lower()[:2] in _ASIAN
    return instant.hour <= LAST_EARLY_HOUR or instant.hour >= (FIRST_LATE_HOUR_IN_ASIA if asian else FIRST_LATE_HOUR)


def _clocks(moments: Iterable[Moment]) -> list[datetime]:
    return [moment.value for moment in moments if isinstance(moment.value, datetime)]
