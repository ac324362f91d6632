"""Zones as pages write them behind a clock: offsets, and abbreviations that mean one zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HOURS = {
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
    "BRT": -3, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "SAST": 2, "EET": 2, "EEST": 3, "EAT": 3,
    "MSK": 3, "МСК": 3, "PKT": 5, "ICT": 7, "WIB": 7, "WITA": 8, "HKT": 8, "SGT": 8, "PHT": 8, "AWST": 8, "WIT": 9,
    "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
"""Hours east of UTC, for the abbreviations that mean one zone (BST, CST and IST mean several)."""
_AMERICAN = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
"""What American pages write the year round, whether it is summer or not."""
_NAMES = "|".join(sorted((*_HOURS, "GMT", "UTC", "Z"), key=len, reverse=True))
_OFFSET = re.compile(
    r"(?:GMT|UTC|\s)\s?([+-]\d{2}):?(\d{2})\b|(?:GMT|UTC)\s?([+-]\d{1,2})\b|"
    rf"\b({_NAMES})\b|\d\s?(?:[ap]\.?m\.?)?\s?\(?([ECMP]T)\b",
    re.I,
)


def zone_in(text: str, local: datetime) -> timezone | None:
    """Return the zone that a text names behind its clock, `None` if it names none; `local` decides between summer and
    winter."""
    for offset in _OFFSET.finditer(text):
        name = offset[4] or offset[5]
        if name is None:
            return zone_of(offset[3] or f"{offset[1]}{offset[2]}")
        if not name.isupper():  # `est` is French, `pt` a point
            continue
        if offset[5]:
            return _american(name, local)
        return zone_of(name)
    return None


def zone_of(text: str | None) -> timezone | None:
    """Return the zone of an offset (`+02:00`, `-5`) or a name (`Z`, `EDT`); `None` for one that there is not."""
    if not text:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    if text in _HOURS:
        return timezone(timedelta(hours=_HOURS[text]))
    digits = text[1:].replace(":", "")
    digits = digits.rjust(2, "0").ljust(4, "0") if len(digits) < 3 else digits
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset >= timedelta(hours=24):
        return None
    return timezone(-offset if text[0] == "-" else offset)


def _american(name: str, local: datetime) -> timezone | None:
    try:
        offset = local.replace(tzinfo=ZoneInfo(_AMERICAN[name])).utcoffset()
    except ZoneInfoNotFoundError:
        return None
    return timezone(offset) if offset is not None else None
