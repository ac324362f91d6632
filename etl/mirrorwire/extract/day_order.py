"""Which of 3/9/2026 is the month: what the page's other dates, its URL and its language say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property

from mirrorwire.extract.dates import Moment, is_clear, parse_moment

_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](?:19|20)?\d{2}(?!\d)")
_MONTH_FIRST_LANGUAGES = ("en-us", "en-ph", "fil")


class DayOrder:
    """Reads dates whose day and month can be taken for each other.

    `shown` gives the texts that the page shows as dates; they are asked for only where a date has two readings.
    """

    def __init__(
        self,
        *,
        url_day: date | None,
        modified: Moment | None,
        latest: date | None,
        language: str | None,
        shown: Callable[[], Iterable[str]],
    ) -> None:
        self._url_day = url_day
        self._last_day = min((day for day in (latest, modified.day if modified else None) if day), default=None)
        self._language = (language or "").lower().replace("_", "-")
        self._shown = shown

    def moment(self, text: str) -> Moment | None:
        """Return the time that a text names, `None` if it names none."""
        return parse_moment(text, nearest=self._chosen, month_first=self._of_locale)

    @property
    def _of_locale(self) -> bool | None:
        return True if self._language in _MONTH_FIRST_LANGUAGES else None

    def _chosen(self, readings: list[date]) -> date | None:
        """The reading that the URL, a shown date, the last change or the language speaks for; `None` if none does."""
        if self._url_day is not None:
            return _nearest(readings, self._url_day)
        shown = [day for day in self._shown_days if day in readings]
        past = [day for day in readings if self._last_day is None or day <= self._last_day + timedelta(days=1)]
        if shown or len(past) == 1:
            return (shown or past)[0]
        if self._shown_days:
            return _nearest(readings, self._shown_days[0])
        month_first = self._written_order
        if month_first is None and self._language and not self._language.startswith("en"):
            month_first = False
        month_day, day_month = readings
        if month_first is None:
            return None
        return month_day if month_first else day_month

    @cached_property
    def _shown_texts(self) -> list[str]:
        return list(self._shown())

    @cached_property
    def _shown_days(self) -> list[date]:
        """The shown days that can be read in one way only."""
        return list(_clear_days(self._shown_texts))

    @cached_property
    def _written_order(self) -> bool | None:
        """Whether the page's other dates have the month first; `None` if they do not tell."""
        for text in self._shown_texts:
            match = _YEAR_LAST.search(text)
            if match and int(match[1]) > 12:
                return False
            if match and int(match[2]) > 12:
                return True
        return None


def _nearest(readings: list[date], anchor: date) -> date:
    return min(readings, key=lambda day: abs(day - anchor))


def _clear_days(texts: Iterable[str]) -> Iterator[date]:
    for text in texts:
        moment = parse_moment(text) if is_clear(text) else None
        if moment is not None:
            yield moment.day
