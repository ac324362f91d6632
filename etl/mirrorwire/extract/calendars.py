"""Numerals and calendars of other scripts -> western digits and the Gregorian calendar, before a date is read."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache

from mirrorwire.extract.wording import listed

_JALALI_DIGITS = re.compile(r"(?<!\d)(1[34]\d{2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(\d{1,2})(?!\d)")
_BUDDHIST = re.compile(r"(?<!\d)(25[5-9]\d)(?!\d)")
_BUDDHIST_SHORT = re.compile(r"(?<=[ก-๛.])(\s?)([67]\d)(?![\d:.])")
_THAI = re.compile("[\u0e00-\u0e7f]")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "中華民國": 1911}
"""The Gregorian year before an era's first (Japan, Taiwan)."""
_ERA_YEAR = re.compile(r"(令和|平成|昭和|(?:中華)?民[國国])\s?(\d{1,3}|元)\s?年")
_HAN_NUMBER = re.compile(r"[〇零一二三四五六七八九十]{1,4}(?=[年月日号號])")
_HAN_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
_DAYS_TO_YEAR_1 = 365
"""`date.toordinal` counts from year 1."""


def western_digits(text: str) -> str:
    """Return a text with the digits of any script as 0 to 9, full width ones too."""
    if text.isascii():
        return text
    return "".join(character if character.isascii() else _western(character) for character in text)


def gregorian(text: str) -> str:
    """Return a text with Jalali, Buddhist and Japanese or Taiwanese years, and years in Han numerals, as western ones.

    Expects western digits. Ascii text can hold a Jalali date only.
    """
    text = _JALALI_DIGITS.sub(lambda day: _jalali(int(day[1]), int(day[2]), int(day[3])) or day[0], text)
    if text.isascii():
        return text
    text = _jalali_day_first().sub(_named_jalali, text)
    text = _jalali_month_first().sub(_named_jalali, text)
    if _THAI.search(text):
        text = _BUDDHIST.sub(lambda year: str(int(year[1]) - 543), text)
        text = _BUDDHIST_SHORT.sub(lambda year: f"{year[1]}{2500 + int(year[2]) - 543}", text)
    if "年" in text:
        text = _HAN_NUMBER.sub(lambda number: _han_number(number[0]), text)
        text = _ERA_YEAR.sub(_era_year, text)
    return text


@cache
def _western(character: str) -> str:
    if not character.isdigit():
        return character
    return str(unicodedata.digit(character))


def _han_number(numeral: str) -> str:
    """A year digit by digit (二〇二〇), a month or day with its ten (二十三)."""
    if "十" not in numeral:
        return "".join(str(_HAN_DIGITS[digit]) for digit in numeral)
    tens, _, ones = numeral.partition("十")
    return str(10 * _HAN_DIGITS.get(tens, 1) + _HAN_DIGITS.get(ones, 0))


def _era_year(year: re.Match[str]) -> str:
    since = 1 if year[2] == "元" else int(year[2])
    return f"{_ERAS[year[1]] + since}年"


@cache
def _jalali_months() -> list[str]:
    return listed("dates.jalali_months")


@cache
def _jalali_day_first() -> re.Pattern[str]:
    months = "|".join(_jalali_months())
    return re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<month>{months})\s*(?:ماه)?\s*،?\s*(?P<year>1[34]\d{{2}}|9\d)(?!\d)"
    )


@cache
def _jalali_month_first() -> re.Pattern[str]:
    months = "|".join(_jalali_months())
    return re.compile(rf"(?P<month>{months})\s+(?P<day>\d{{1,2}})\s*[,،]?\s*(?P<year>1[34]\d{{2}})(?!\d)")


def _named_jalali(day: re.Match[str]) -> str:
    year = int(day["year"])
    month = _jalali_months().index(day["month"]) + 1
    return _jalali(year if year > 1000 else 1300 + year, month, int(day["day"])) or day[0]


def _jalali(year: int, month: int, day: int) -> str | None:
    """The Gregorian day of a Jalali one, as ISO 8601; `None` for one that there is not."""
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    cycles = year + 1595
    days = 365 * cycles + cycles // 33 * 8 + (cycles % 33 + 3) // 4 - 355_668 + day
    days += (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    return date.fromordinal(days - _DAYS_TO_YEAR_1).isoformat()
