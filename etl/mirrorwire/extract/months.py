"""Months by name in the languages of newspapers, and the days of two calendars that are not the Gregorian one."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from mirrorwire.extract.wording import by_language, listed

_ENGLISH = "january february march april may june july august september october november december".split()
_JALALI_DIGITS = re.compile(r"(?<!\d)(1[34]\d{2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(\d{1,2})(?!\d)")
_BUDDHIST = re.compile(r"(?<!\d)(25[5-9]\d)(?!\d)")
_THAI = re.compile("[\u0e00-\u0e7f]")
_TWICE = re.compile(r"\b([a-z]{3,9})\s*[/(]\s*\1\s*\)?")
_AFTERNOON = re.compile(r"(\d:\d{2})\s*(?:م|مساء|مساءً)(?!\w)|(?:下午|晚上|午後|오후)\s?(\d{1,2}[:時时시])")
_DAYS_TO_YEAR_1 = 365
"""`date.toordinal` counts from year 1."""


@cache
def month_numbers() -> dict[str, int]:
    """Return the months, 1 to 12, by their names and short forms, folded, in most newspapers' languages.

    Source: CLDR.
    """
    numbers: dict[str, int] = {}
    for months in by_language("dates.months"):
        for number, names in enumerate(months, 1):
            numbers.update(dict.fromkeys(names, number))
    return numbers


@cache
def _translated() -> dict[str, str]:
    """English months by their names in other scripts."""
    english: dict[str, str] = {}
    for months in by_language("dates.translated_months"):
        for name, others in zip(_ENGLISH, months, strict=True):
            english.update(dict.fromkeys(others, name))
    return english


@cache
def _translated_name() -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, _translated()), key=len, reverse=True)
    return re.compile(rf"(?<![^\W\d_])[בו]?({'|'.join(longest_first)})(?![^\W\d_])", re.I)


@cache
def _jalali_months() -> list[str]:
    return listed("dates.jalali_months")


@cache
def _jalali_words() -> re.Pattern[str]:
    months = "|".join(_jalali_months())
    return re.compile(rf"(?<!\d)(\d{{1,2}})\s+({months})\s*(?:ماه)?\s*،?\s*(1[34]\d{{2}})(?!\d)")


def in_english(text: str) -> str:
    """Return a text with the months of other scripts in English, Jalali and Buddhist dates as Gregorian ones, and the
    afternoon as pm."""
    text = _jalali_words().sub(lambda d: _jalali(int(d[3]), _jalali_months().index(d[2]) + 1, int(d[1])) or d[0], text)
    text = _JALALI_DIGITS.sub(lambda d: _jalali(int(d[1]), int(d[2]), int(d[3])) or d[0], text)
    if text.isascii():
        return text
    if _THAI.search(text):
        text = _BUDDHIST.sub(lambda year: str(int(year[1]) - 543), text)
    text = _AFTERNOON.sub(lambda clock: f"{clock[1]} pm" if clock[1] else f" pm {clock[2]}", text)
    translated = _translated_name().sub(lambda month: f" {_translated()[month[1].lower()]} ", text)
    return _TWICE.sub(r"\1 ", translated)


def _jalali(year: int, month: int, day: int) -> str | None:
    """The Gregorian day of a Jalali one, as ISO 8601; `None` for one that there is not."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    cycles = year + 1595
    days = 365 * cycles + cycles // 33 * 8 + (cycles % 33 + 3) // 4 - 355_668 + day
    days += (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    return date.fromordinal(days - _DAYS_TO_YEAR_1).isoformat()
