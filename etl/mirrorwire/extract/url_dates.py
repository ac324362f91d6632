"""Days and months that a URL names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import unquote

from mirrorwire.extract.months import month_number

_YEAR_FIRST = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:([/_.-])(0?[1-9]|1[0-2])([/_.-])(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
_MONTH_WORD = re.compile(r"/((?:19|20)\d{2})/([a-z]{3,9})/(0?[1-9]|[12]\d|3[01])(?=/|$|-|\.)", re.I)
_DAY_FIRST = re.compile(r"(?<![\d.])(0?[1-9]|[12]\d|3[01])([/_.-])(0?[1-9]|1[0-2])\2((?:19|20)\d{2})(?!\d)")
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})[/-](0[1-9]|1[0-2])(?=/)")
_FIRST_YEAR = 1990
_MONTH_SLACK = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Month:
    """A month that a URL names, without a day."""

    year: int
    number: int

    def holds(self, day: date) -> bool:
        """Return whether a day lies in it, or so near that a zone or a late night puts it there."""
        first = date(self.year, self.number, 1)
        after = date(self.year + self.number // 12, self.number % 12 + 1, 1)
        return first - _MONTH_SLACK <= day < after + _MONTH_SLACK


def day_in_path(path: str) -> date | None:
    """Return the day that a URL's path names, the year first (2026/09/23, 2026-09/23, 20260923, 2026/sep/23), `None` if
    it names none."""
    for match in _YEAR_FIRST.finditer(path):
        year, separator, month, other_separator, day, month_digits, day_digits = match.groups()
        if separator != other_separator and "/" not in (separator, other_separator):
            continue
        named = _day(int(year), int(month or month_digits), int(day or day_digits))
        if named is not None:
            return named
    worded = _MONTH_WORD.search(path)
    month_of_word = month_number(worded[2]) if worded else None
    if worded is None or month_of_word is None:
        return None
    return _day(int(worded[1]), month_of_word, int(worded[3]))


def day_first_in_path(path: str) -> date | None:
    """Return the day that a path names with the year last (29-10-2021, 29/10/2021), `None` if it names none.

    Weaker than `day_in_path`: it may be the day of an event that the slug speaks of.
    """
    match = _DAY_FIRST.search(unquote(path))
    if match is None:
        return None
    return _day(int(match[4]), int(match[3]), int(match[1]))


def month_in_path(path: str) -> Month | None:
    """Return the month in which a path files its page (/2026/09/), `None` if it names none."""
    match = _MONTH.search(path)
    if match is None or int(match[1]) < _FIRST_YEAR:
        return None
    return Month(int(match[1]), int(match[2]))


def _day(year: int, month: int, day: int) -> date | None:
    if year < _FIRST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
