"""Offsets that a page lets be known: by another clock, by the day that readers saw, by the language's country."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LARGEST_OFFSET = timedelta(hours=14)
_FARTHEST_WEST = timedelta(hours=-10)
"""Half a day west no newspaper is printed: a difference of it is a clock of twelve hours without its AM or PM."""
_HALF_DAY = timedelta(hours=12)
_MINUTE = timedelta(minutes=1)
_QUARTER = timedelta(minutes=15)
_ZONES_OF_LANGUAGES = {
    "bg": "Europe/Sofia", "cs": "Europe/Prague", "da": "Europe/Copenhagen", "de": "Europe/Berlin",
    "el": "Europe/Athens", "et": "Europe/Tallinn", "fi": "Europe/Helsinki", "fr": "Europe/Paris",
    "he": "Asia/Jerusalem", "hr": "Europe/Zagreb", "hu": "Europe/Budapest", "it": "Europe/Rome", "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul", "lt": "Europe/Vilnius", "lv": "Europe/Riga", "nl": "Europe/Amsterdam", "no": "Europe/Oslo",
    "nb": "Europe/Oslo", "pl": "Europe/Warsaw", "ro": "Europe/Bucharest", "sk": "Europe/Bratislava",
    "sl": "Europe/Ljubljana", "sv": "Europe/Stockholm", "th": "Asia/Bangkok", "tr": "Europe/Istanbul",
    "uk": "Europe/Kyiv", "vi": "Asia/Ho_Chi_Minh",
}  # fmt: skip
"""Languages nearly all of whose newspapers keep one clock. Source: the zones of CLDR's likely regions."""


def by_local_clock(instant: datetime, clocks: Iterable[datetime]) -> datetime | None:
    """Return the instant with the offset by which another time of the page differs from it; `None` if none does.

    `clocks` are the page's other times of publication: with another offset, or naive. A naive one counts if it differs
    by quarter hours, to the minute, as zones do.
    """
    for clock in clocks:
        if clock.tzinfo is not None:
            if clock.utcoffset() and abs(clock - instant) < _MINUTE:
                return instant.astimezone(clock.tzinfo)
            continue
        apart = clock - instant.replace(tzinfo=None)
        offset = round(apart / _QUARTER) * _QUARTER
        if offset == _HALF_DAY:
            continue
        if offset and _FARTHEST_WEST <= offset <= LARGEST_OFFSET and abs(apart - offset) < _MINUTE:
            return instant.astimezone(timezone(offset))
    return None


def on_local_day(instant: datetime, day: date) -> datetime | None:
    """Return the instant with the least offset that puts it on the day that its publisher names; `None` if none does.

    The instant stays what it was; the offset is assumed.
    """
    stated = instant.date()
    if day == stated or abs(day - stated) > timedelta(days=1):
        return None
    at = timedelta(hours=instant.hour, minutes=instant.minute, seconds=instant.second)
    hours = 24 - instant.hour if day > stated else -(int(at / timedelta(hours=1)) + 1)
    offset = timedelta(hours=hours)
    return instant.astimezone(timezone(offset)) if abs(offset) <= LARGEST_OFFSET else None


def at_midnight(instant: datetime, language: str | None) -> datetime | None:
    """Return the instant on the clock of the language's country if it is midnight there, to the second: a day that a
    system stored as a time. `None` if it is not, or the language is at home in several zones."""
    name = _ZONES_OF_LANGUAGES.get((language or "").lower().replace("_", "-").partition("-")[0])
    if name is None or instant.minute or instant.second:
        return None
    try:
        local = instant.astimezone(ZoneInfo(name))
    except ZoneInfoNotFoundError:
        return None
    offset = local.utcoffset()
    if local.time() != time(0) or not offset:
        return None
    return instant.astimezone(timezone(offset))
