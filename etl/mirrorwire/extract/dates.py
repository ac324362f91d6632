"""Dates and times as pages write them -> `datetime` (aware where a zone is stated) or `date` where only a day is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from mirrorwire.core.records import Precision
from mirrorwire.extract.calendars import gregorian, western_digits
from mirrorwire.extract.months import in_english, month_number
from mirrorwire.extract.zones import zone_in, zone_of

_ISO = re.compile(
    r"^(\d{4})[-:]?(\d{2})[-:]?(\d{2})(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,:](\d{1,9}))?)?\s*(Z|UTC|GMT|"
    r"[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\[[\w/+-]{1,40}\])?)?$",
    re.I,
)
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?$")
_EPOCH = re.compile(r"^(\d{10})(\d{3})?(?:\.\d{1,9})?$")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?[./年년-]\s?(\d{1,2})\s?[./月월-]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?((?:19|20)\d{2})(?!\d)")
_SHORT_YEAR = re.compile(r"(?<![\d./])(\d{1,2})([./])\s?(\d{1,2})\2\s?([0-4]\d)(?![\d./])")
_CLOCK = re.compile(
    r"(?:\b(?P<before>[ap])m\s)?(?<![\d:+-])(?P<hour>\d{1,2})(?:[:.h]|\s?[時时시]\s?)(?P<minute>\d{2})(?:[:.分분]\s?(?P<second>\d{2}))?"
    r"(?!\d)(?:\s*(?P<half>[ap])\.?\s?m\b\.?)?",
    re.I,
)
_BARE_HOUR = re.compile(r"(?<![\d:])(\d{1,2})\s*([ap])\.?m\b\.?", re.I)
_WORD = r"([^\W\d_]{3,14})"
_GAP = r"[\s./-]{1,3}"
_YEAR = r"((?:19|20)\d{2})(?!\d)"
_WORDS = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:(?:st|nd|rd|th|er|º|ª)\b)?{_GAP}(?:de\s+|of\s+)?{_WORD}\s?[,،]?{_GAP}(?:de\s+|del\s+|năm\s+)?{_YEAR}"
    rf"|{_WORD}{_GAP}(\d{{1,2}})(?:st|nd|rd|th)?[,،]?(?:\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s+[A-Z]{{2,5}})?)?{_GAP}{_YEAR}"
    rf"|(?<!\d){_YEAR}\.\s+(?:gada\s+)?(\d{{1,2}})\.\s+{_WORD}"
    rf"|(?<!\d){_YEAR}\.?(?:\s?m\.)?{_GAP}{_WORD}{_GAP}(\d{{1,2}})(?!\d)"
)
"""A date with its month as a word: day first, month first (as `ctime` writes it, too), year and day first,
year and month first."""
_CLEAR = re.compile(r"[^\W\d_]{3}|^\d{4}[-/.]|\d[年년]|(?:^|\D)\d{1,2}\.\s?\d{1,2}\.\s?\d{2}")
_SLASHED = re.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|1[0-2])[/-](?:(?:19|20)\d{2}|\d{2})(?!\d)")
_RFC_2822 = re.compile(r"^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d{2}(:\d{2})?")


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
    text = in_english(gregorian(western_digits(text.strip()[:120])))
    try:
        return _iso(text) or _compact(text) or _epoch(text) or _mail(text) or _written(text, nearest, month_first)
    except (ValueError, OverflowError):
        return None


def is_clear(text: str) -> bool:
    """Return whether a date can be read in one way only: its month is a word, its year stands first, or dots part it,
    which have the day in front wherever they are written."""
    return _CLEAR.search(text) is not None and not _SLASHED.search(text)


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
    clock = time(int(hour) % 24, int(minute), int(second or 0), microsecond, tzinfo=zone_of(zone))
    value = datetime.combine(_plausible(date(int(year), int(month), int(day))), clock)
    return Moment(value=value, precision="second" if second else "minute")


def _compact(text: str) -> Moment | None:
    match = _COMPACT.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = match.groups()
    clock = time(int(hour), int(minute), int(second or 0))
    value = datetime.combine(_plausible(date(int(year), int(month), int(day))), clock)
    return Moment(value=value, precision="second" if second else "minute")


def _epoch(text: str) -> Moment | None:
    match = _EPOCH.match(text)
    if match is None:
        return None
    value = datetime.fromtimestamp(int(match[1]) + int(match[2] or 0) / 1000, UTC)
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
    value = datetime.combine(day, time(hours, int(minute), int(second or 0)))
    value = value.replace(tzinfo=zone_in(rest, value))
    return Moment(value=value, precision="second" if second else "minute")


def _day(text: str, nearest: Order | None, month_first: bool | None) -> date | None:
    if match := _YEAR_FIRST.search(text):
        return _plausible(date(*(int(part) for part in match.groups())))
    return _worded(text) or _numbered(text, nearest, month_first)


def _worded(text: str) -> date | None:
    """The day of a date whose month is a word; a word that is no month is passed over."""
    for match in _WORDS.finditer(text):
        groups = match.groups()
        if groups[0]:
            day, word, year = groups[0:3]
        elif groups[3]:
            word, day, year = groups[3:6]
        elif groups[6]:
            year, day, word = groups[6:9]
        else:
            year, word, day = groups[9:12]
        month = month_number(word)
        if month is not None:
            return _plausible(date(int(year), month, int(day)))
    return None


def _numbered(text: str, nearest: Order | None, month_first: bool | None) -> date | None:
    """The day of a date in numbers whose year comes last, in full or its last two digits."""
    match = _YEAR_LAST.search(text) or _SHORT_YEAR.search(text)
    if match is None:
        return None
    first, separator, second, year = int(match[1]), match[2], int(match[3]), int(match[4])
    if year < 100:
        year += 2000
    if separator == "." or first > 12 or second > 12:
        month, day_of = (first, second) if second > 12 and separator != "." else (second, first)
        return _plausible(date(year, month, day_of))
    month_day, day_month = date(year, first, second), date(year, second, first)
    if month_first is None and nearest is not None and (chosen := nearest([month_day, day_month])):
        return chosen
    if month_first is None:
        month_first = bool(re.search(r"\d\s?[ap]\.?m", text, re.I))
    return _plausible(month_day if month_first else day_month)


def _plausible(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError(day)
    return day
