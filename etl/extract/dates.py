"""Dates and times as pages write them -> `datetime` (aware where a zone is stated) or `date` where only a day is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

from etl.records import Precision

_ISO = re.compile(
    r"^(\d{4})-?(\d{2})-?(\d{2})(?:[T\s]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,:](\d{1,9}))?)?\s*(Z|UTC|GMT|"
    r"[+-]\d{2}:?\d{2}|[+-]\d{2})?(?:\[[\w/+-]{1,40}\])?)?$",
    re.I,
)
_EPOCH = re.compile(r"^\d{10}(\d{3})?$")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?[./年-]\s?(\d{1,2})\s?[./月-]\s?(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?[./-]\s?((?:19|20)\d{2})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:+-])(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?!\d)(?:\s*([ap])\.?\s?m\b\.?)?", re.I)
_BARE_HOUR = re.compile(r"(?<![\d:])(\d{1,2})\s*([ap])\.?m\b\.?", re.I)
_OFFSET = re.compile(
    r"(?:GMT|UTC|\s)\s?([+-]\d{2}):?(\d{2})\b|"
    r"\b(GMT|UTC|Z|EST|EDT|PST|PDT|CET|CEST|MEZ|MESZ|EET|EEST|MSK|JST|KST|AEST|AEDT|NZST|NZDT|WIB|HKT|SGT)\b"
)
_ABBREVIATED = {
    "EST": -5, "EDT": -4, "PST": -8, "PDT": -7, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "WIB": 7, "HKT": 8, "SGT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
"""Hours east of UTC, for the abbreviations that mean one zone (BST, CST and IST mean several)."""
_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?\s+(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+|del\s+)?((?:19|20)\d{2}))"
    r"|(?:([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d{2}))"
)
_RFC_2822 = re.compile(r"^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d{2}(:\d{2})?")
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([/-]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")

_NAMES = """
january jan januar janvier janv enero ene janeiro gennaio gen januari stycznia styczeń sty ledna leden led
januára január ianuarie ian tammikuuta tammikuu ocak oca января январь янв січня січень ιανουαρίου ιαν gener
jaanuar janvāris sausio yanvar;
february feb februar février févr febrero fevereiro fev febbraio februari lutego luty února únor februára
február februarie helmikuuta helmikuu şubat şub февраля февраль февр лютого лютий φεβρουαρίου φεβ febrer
veebruar februāris vasario fevral;
march mar märz maerz mars marzo março maart mrt marts marca marzec března březen bře marec martie március
maaliskuuta maaliskuu mart maret марта март березня березень μαρτίου μάρτιος març märts kovo machi mac;
april apr avril avr abril abr aprile kwietnia kwiecień kwi dubna duben dub apríla apríl aprilie április
huhtikuuta huhtikuu nisan апреля апрель апр квітня квітень απριλίου aprill aprīlis balandžio aprel aprili;
may mai mayo maio maggio mag mei maj maja května květen kvě mája máj május toukokuuta toukokuu mayıs мая май
травня травень μάιος maig maijs gegužės;
june jun juni juin junio junho giugno giu czerwca czerwiec cze června červen čvn júna jún iunie június kesäkuuta
kesäkuu haziran июня июнь июн червня червень ιουνίου junij juny juuni jūnijs birželio iyun;
july jul juli juillet juil julio julho luglio lug lipca lipiec července červenec čvc júla júl iulie július
heinäkuuta heinäkuu temmuz июля июль июл липня липень ιουλίου julij juliol juuli jūlijs liepos iyul julai;
august aug août agosto ago augustus augusti sierpnia sierpień sie srpna srpen augusta augusztus elokuuta elokuu
ağustos agustus августа август авг серпня серпень αυγούστου avgust agost augusts rugpjūčio avqust agosti;
september sep sept septembre septiembre setiembre setembro set settembre września wrzesień wrz září septembra
septembrie szeptember syyskuuta syyskuu eylül сентября сентябрь сент вересня вересень σεπτεμβρίου setembre
septembris rugsėjo sentyabr septemba;
october oct oktober okt octobre octubre outubro out ottobre ott października październik paź října říjen októbra
október octombrie lokakuuta lokakuu ekim октября октябрь окт жовтня жовтень οκτωβρίου oktoober oktobris spalio
oktyabr oktoba;
november nov novembre noviembre novembro listopada listopad lis listopadu novembra noiembrie marraskuuta
marraskuu kasım ноября ноябрь нояб листопада листопад νοεμβρίου novembris lapkričio noyabr novemba;
december dec dezember dez décembre déc diciembre dic dezembro dicembre desember des grudnia grudzień gru
prosince prosinec decembra decembrie joulukuuta joulukuu aralık декабря декабрь дек грудня грудень δεκεμβρίου
detsember decembris gruodžio dekabr desemba
"""
_MONTHS = {name: number for number, names in enumerate(_NAMES.split(";"), 1) for name in names.split()}
"""Month names and short forms, folded, in the languages of most newspapers (source: CLDR)."""


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
    try:
        return _iso(text) or _epoch(text) or _mail(text) or _written(text, nearest, month_first)
    except (ValueError, OverflowError):
        return None


def day_in_path(path: str) -> date | None:
    """Return the day that a URL's path names (2026/09/23, 2026-09-23, 20260923), `None` if it names none."""
    for found in _URL_DAY.finditer(path):
        separator = found.group(2)
        if not separator and len(found.group(0)) != 8:
            continue
        try:
            day = date(int(found.group(1)), int(found.group(3)), int(found.group(4)))
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
    found = _ISO.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
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
    rest = _YEAR_LAST.sub(" ", _YEAR_FIRST.sub(" ", text))
    clock = _CLOCK.search(rest)
    if clock is None and (bare := _BARE_HOUR.search(rest)):
        hour, minute, second, half = bare.group(1), "0", None, bare.group(2)
    elif clock is not None:
        hour, minute, second, half = clock.groups()
    else:
        return Moment(value=day, precision="day")
    hours = int(hour) % 12 + 12 * (half.lower() == "p") if half else int(hour)
    offset = _OFFSET.search(rest)
    zone = (offset.group(3) or f"{offset.group(1)}{offset.group(2)}") if offset else None
    value = datetime.combine(day, time(hours, int(minute), int(second or 0), tzinfo=_zone(zone)))
    return Moment(value=value, precision="second" if second else "minute")


def _day(text: str, nearest: Order | None, month_first: bool | None) -> date | None:
    if found := _YEAR_FIRST.search(text):
        return _plausible(date(*(int(part) for part in found.groups())))
    if found := _WORDS.search(text):
        day, word, year = (found.group(1), found.group(2), found.group(3)) if found.group(1) else found.group(5, 4, 6)
        month = _MONTHS.get(word.casefold()) or _MONTHS.get(word.casefold()[:3])
        return _plausible(date(int(year), month, int(day))) if month else None
    if found := _YEAR_LAST.search(text):
        first, separator, second, year = int(found.group(1)), found.group(2), int(found.group(3)), int(found.group(4))
        if separator == "." or first > 12 or second > 12:
            month, day_of = (first, second) if second > 12 and separator != "." else (second, first)
            return _plausible(date(year, month, day_of))
        month_day, day_month = date(year, first, second), date(year, second, first)
        if month_first is None and nearest is not None and (chosen := nearest([month_day, day_month])):
            return chosen
        if month_first is None:
            month_first = bool(re.search(r"\d\s?[ap]\.?m", text, re.I))
        return _plausible(month_day if month_first else day_month)
    return None


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
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset) if offset < timedelta(hours=24) else None
