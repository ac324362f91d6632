"""Times as feeds and sitemaps state them: RFC 822, ISO 8601, and what publishers make of both."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone

_ISO = re.compile(r"(?P<local>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)(?P<zone>\D.*)", re.I)
_RFC_822 = re.compile(
    r"(?:[a-z]{2,9}\.?,? *)?(?P<day>\d{1,2})[ -](?P<month>[a-z]{3,9})\.?,?[ -](?P<year>\d{4}|\d\d)"
    r"(?:,? (?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?(?P<zone>(?:\D.*)?))?",
    re.I,
)
_OFFSET = re.compile(r"(?:GMT|UTC?)? ?(?P<sign>[+\u2212-]) ?(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?", re.I)
_REMARK = re.compile(r" ?\([^()]*\)$")
_MONTHS = "january february march april may june july august september october november december".split()
_MAX_OFFSET_HOURS = 14
# Names that mean one offset only, in hours: RFC 822's, and a few more. IST, BST and the like mean several.
_ZONES = {
    **dict.fromkeys(("Z", "UT", "UTC", "GMT", "WET"), 0),
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"CET": 1, "WEST": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9},
}


def iso_of(stated: str) -> str | None:
    """Return a time, its white space folded, as ISO 8601 in the zone and precision that it states.

    `None` where it cannot be read. It is naive only where it states no zone: one of a zone that nobody knows cannot be
    read.
    """
    try:
        return (date if len(stated) <= 10 else datetime).fromisoformat(stated).isoformat()
    except ValueError:
        pass
    try:
        return _instant(stated)
    except (ValueError, OverflowError):
        return None


def _instant(stated: str) -> str | None:
    if parts := _ISO.fullmatch(stated):
        local = datetime.fromisoformat(parts["local"])
    elif parts := _RFC_822.fullmatch(stated):
        day = date(_year(parts["year"]), _month(parts["month"]), int(parts["day"]))
        if parts["hour"] is None:
            return day.isoformat()
        clock = (int(parts["hour"]), int(parts["minute"]), min(int(parts["second"] or 0), 59))  # 60: a leap second
        local = datetime.combine(day, time(*clock))
    else:
        return None
    zone = _REMARK.sub("", parts["zone"]).strip()
    return (local.replace(tzinfo=_zone(zone)) if zone else local).isoformat()


def _year(digits: str) -> int:
    """RFC 2822, 4.3: two digits are of this century up to 49."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 50 else 1900)


def _month(name: str) -> int:
    numbers = [n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower())]
    if len(numbers) != 1:
        raise ValueError(f"no month: {name}")
    return numbers[0]


def _zone(name: str) -> timezone:
    """The zone of an offset or a name; `ValueError` for what is neither."""
    if not (offset := _OFFSET.fullmatch(name)):
        if name.upper() not in _ZONES:
            raise ValueError(f"no zone: {name}")
        return timezone(timedelta(hours=_ZONES[name.upper()]))
    hours, minutes = int(offset["hours"]), int(offset["minutes"] or 0)
    if hours > _MAX_OFFSET_HOURS:
        raise ValueError(f"no zone: {name}")
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(ahead if offset["sign"] == "+" else -ahead)
