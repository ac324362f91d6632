"""Dates and times as pages write them -> `datetime` (aware where a zone is stated) or `date` where only a day is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

from mirrorwire.core.records import Precision
from mirrorwire.extract.months import in_english, month_numbers

_ISO = re.compile(
    r"^(\d{4})-?(\d{2})-?(\d{2})(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,:](\d{1,9}))?)?\s*(Z|UTC|GMT|"
    r"[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\[[\w/+-]{1,40}\])?)?$",
    re.I,
)
_EPOCH = re.compile(r"^\d{10}(\d{3})?$")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?[./年년-]\s?(\d{1,2})\s?[./月월-]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?((?:19|20)\d{2})(?!\d)")
_SHORT_YEAR = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?([0-4]\d)(?![\d.])")
_CLOCK = re.compile(
    r"(?:\b(?P<before>[ap])m\s)?(?<![\d:+-])(?P<hour>\d{1,2})(?:[:.h]|\s?[時时시]\s?)(?P<minute>\d{2})(?:[:.分분]\s?(?P<second>\d{2}))?"
    r"(?!\d)(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?",
    re.I,
)
_BARE_HOUR = re.compile(r"(?<![\d:])(\d{1,2})\s*([ap])\.?m\b\.?", re.I)
_OFFSET = re.compile(
    r"(?:GMT|UTC|\s)\s?([+-]\d{2}):?(\d{2})\b|(?:GMT|UTC)\s?([+-]\d{1,2})\b|"
    r"\b(GMT|UTC|Z|МСК|EST|EDT|PST|PDT|CET|CEST|MEZ|MESZ|EET|EEST|MSK|JST|KST|AEST|AEDT|NZST|NZDT|WIB|HKT|SGT)\b"
)
_ABBREVIATED = {
    "EST": -5, "EDT": -4, "PST": -8, "PDT": -7, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "МСК": 3,    "WIB": 7, "HKT": 8, "SGT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
"""Hours east of UTC, for the abbreviations that mean one zone (BST, CST and IST mean several)."""
_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?\s+(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+|del\s+|năm\s+)?((?:19|20)\d{2}))"
    r"|(?:([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{2}))"
)
_YEAR_FIRST_WORDS = re.compile(r"(?<!\d)((?:19|20)\d{2})\.?(?:\s?m\.)?\s+([^\W\d_]{3,12})\.?\s+(\d{1,2})(?!\d)")
_RFC_2822 = re.compile(r"^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d{2}(:\d{2})?")
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([/-]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time as written. `value` is aware only if a zone is stated; a date with precision `day`."""

    value: datetime | date
    precision: Precision

    @property
    def day(self) -> date:
        """The calendar day in its own zone."""
        return self.value.date() if isinstance(self.value, datetime) else self.value

    @property
    def zoned(self) -> bool:
        """Whether it is an instant."""
        return isinstance(self.value, datetime) and self.value.tzinfo is not None


Order = Callable[[list[date]], date | None]


def parse_moment(text: str | None, *, nearest: Order | None = None, month_first: bool | None = None) -> Moment | None:
    """Return the time that a text names, `None` if it names none or an impossible one.

    Reads ISO 8601, RFC 2822, Unix seconds and milliseconds, and dates in words or digits. In 3/9/2026 the month is
    first if `month_first` says so; where that is unknown, if `nearest` picks it out of the two days, else if the
    clock is of twelve hours (AM or PM), as only month-first conventions write both.
    """
    if not text:
        return None
    text = text.translate(_DIGITS).strip()[:120]
    text = in_english(text)
    try:
        return _iso(text) or _epoch(text) or _mail(text) or _written(text, nearest, month_first)
    except (ValueError, OverflowError):
        return None


def day_in_path(path: str) -> date | None:
    """Return the day that a URL's path names (2026/09/23, 2026-09-23, 20260923), `None` if it names none."""
    for match in _URL_DAY.finditer(path):
        separator = match.group(2)
        if not separator and len(match.group(0)) != 8:
            continue
        try:
            day = date(int(match.group(1)), int(match.group(3)), int(match.group(4)))
        except ValueError:
            continue
        if day.year >= 1990:
            return day
    return None


def in_future(moment: Moment, fetched_at: datetime | None) -> bool:
    """Whether a time lies more than a day after the page was fetched."""
    if fetched_at is None:
        return False
    fetched = fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)
    if isinstance(moment.value, datetime):
        aware = moment.value if moment.value.tzinfo else moment.value.replace(tzinfo=UTC)
        return aware > fetched + timedelta(days=1)
    return moment.value > (fetched + timedelta(days=1)).date()


def _iso(text: str) -> Moment | None:
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    if hour is None:
        return Moment(value=_plausible(date(int(year), int(month), int(day))), precision="day")
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    clock = time(int(hour) % 24, int(minute), int(second or 0), microsecond, tzinfo=_zone(zone))
    value = datetime.combine(_plausible(date(int(year), int(month), int(day))), clock)
    return Moment(value=value, precision="second" if second else "minute")


def _epoch(text: str) -> Moment | None:
    if not _EPOCH.match(text):
        return None
    value = datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC)
    return Moment(value=value, precision="second")


def _mail(text: str) -> Moment | None:
    if not _RFC_2822.match(text):
        return None
    value = parsedate_to_datetime(text)
    return Moment(value=value, precision="second" if text.count(":") > 1 else "minute")


def _written(text: str, nearest: Order | None, month_first: bool | None) -> Moment | None:
    day = _day(text, nearest, month_first)
    if day is None:
        return None
    rest = _SHORT_YEAR.sub(" ", _YEAR_LAST.sub(" ", _YEAR_FIRST.sub(" ", text)))
    clock = _CLOCK.search(rest)
    if clock is None and (bare := _BARE_HOUR.search(rest)):
        hour, minute, second, half = bare.group(1), "0", None, bare.group(2)
    elif clock is not None:
        hour, minute, second = clock["hour"], clock["minute"], clock["second"]
        half = clock["half"] or clock["before"]
    else:
        return Moment(value=day, precision="day")
    hours = int(hour) % 12 + 12 * (half.lower() == "p") if half else int(hour)
    offset = _OFFSET.search(rest)
    zone = (offset[4] or offset[3] or f"{offset[1]}{offset[2]}") if offset else None
    value = datetime.combine(day, time(hours, int(minute), int(second or 0), tzinfo=_zone(zone)))
    return Moment(value=value, precision="second" if second else "minute")


def _day(text: str, nearest: Order | None, month_first: bool | None) -> date | None:
    if match := _YEAR_FIRST.search(text):
        return _plausible(date(*(int(part) for part in match.groups())))
    return _worded(text) or _year_last(text, nearest, month_first) or _short(text)


def _worded(text: str) -> date | None:
    """The day of a date whose month is a word; a word that is no month is passed over."""
    if match := _WORDS.search(text):
        day, word, year = match.group(1, 2, 3) if match[1] else match.group(5, 4, 6)
    elif match := _YEAR_FIRST_WORDS.search(text):
        year, word, day = match.groups()
    else:
        return None
    numbers, name = month_numbers(), word.casefold()
    month = numbers.get(name) or numbers.get(name[:3])
    return _plausible(date(int(year), month, int(day))) if month else None


def _year_last(text: str, nearest: Order | None, month_first: bool | None) -> date | None:
    match = _YEAR_LAST.search(text)
    if match is None:
        return None
    first, separator, second, year = int(match.group(1)), match.group(2), int(match.group(3)), int(match.group(4))
    if separator == "." or first > 12 or second > 12:
        month, day_of = (first, second) if second > 12 and separator != "." else (second, first)
        return _plausible(date(year, month, day_of))
    month_day, day_month = date(year, first, second), date(year, second, first)
    if month_first is None and nearest is not None and (chosen := nearest([month_day, day_month])):
        return chosen
    if month_first is None:
        month_first = bool(re.search(r"\d\s?[ap]\.?m", text, re.I))
    return _plausible(month_day if month_first else day_month)


def _short(text: str) -> date | None:
    match = _SHORT_YEAR.search(text)
    return date(2000 + int(match[3]), int(match[2]), int(match[1])) if match else None


def _plausible(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError(day)
    return day


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    if text in _ABBREVIATED:
        return timezone(timedelta(hours=_ABBREVIATED[text]))
    digits = text[1:].replace(":", "")
    digits = digits.rjust(2, "0").ljust(4, "0") if len(digits) < 3 else digits
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset >= timedelta(hours=24):
        return None
    return timezone(-offset if text[0] == "-" else offset)
