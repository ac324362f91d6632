"""A web archive's index: pages of a CDX server's answer, and copies as the archive replays them.

The form is that of the Wayback CDX server (https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server):
JSON with a row of names, or plain lines; behind the rows an empty one and the key to go on by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mirrorwire.core.bugs import Bug
from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.records import Link, Source
from mirrorwire.core.urls import MAX_URL_CHARS, read_link
from mirrorwire.seed_formats.document import one_by_one

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
MAX_INDEX_BYTES = 16 * 1024 * 1024
"""Read of one page of an index: a hundred times what a page of `MAX_ROWS` takes would be no index."""
MAX_ROWS = 50_000
FIRST_YEAR = 1996
"""Nothing was archived before."""
MARGIN = timedelta(days=1)
"""A page may be captured before it says that it is published, by so much: clocks, and zones that are assumed."""
NAMED_BY_DAY, NAMED_BY_MONTH = 62, 731
"""How many days a pattern names one by one, and how many by their months."""
_PAGES = re.compile(r"(?:text/html|application/xhtml\+xml|warc/revisit|unk|-|)(?:;.*)?", re.I)
_TIMESTAMP = re.compile(r"[0-9]{14}")
_KEY = re.compile(r"[\x21-\x7e ]{1,2000}")

_BLOCKS = (
    (b"<!-- BEGIN WAYBACK TOOLBAR INSERT -->", b"<!-- END WAYBACK TOOLBAR INSERT -->"),
    (b"<!--\n     FILE ARCHIVED ON ", b"-->"),
    (b"<!--\nplayback timings (ms):", b"-->"),
)
_SCRIPTS_END = b"<!-- End Wayback Rewrite JS Include -->"
_HEAD = re.compile(rb"<head(?:\s[^<>]*)?>", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedCopy:
    """A copy of an article's page: the link that it is of, when it was captured, and the URL that was."""

    link: Link
    captured_at: datetime
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPage:
    """A page of an index: copies in its order, the key to go on by, and how many rows are no article's or unfit.

    `bugs` are what our code raised on single rows, which were left out.
    """

    copies: tuple[IndexedCopy, ...]
    resume_key: str | None = None
    rows: int = 0
    skipped: int = 0
    bugs: tuple[Bug, ...] = ()


def read_index(body: bytes, *, url: str, source: Source, seed: str, now: datetime) -> IndexPage:
    """Return what a page of an index lists; raises `SeedUnreadable` for what is none, or was cut off."""
    if len(body) > MAX_INDEX_BYTES:
        raise SeedUnreadable(url, f"over {MAX_INDEX_BYTES} bytes for a page of an index")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SeedUnreadable(url, f"not UTF-8 at byte {error.start}") from None
    rows, resume_key = _json(text, url) if text.lstrip()[:1] in ("[", "{") else _lines(text, url)
    if len(rows) > MAX_ROWS:
        raise SeedUnreadable(url, f"over {MAX_ROWS} rows in a page of an index")
    bugs: list[Bug] = []
    copies = [copy for copy in one_by_one(rows, lambda row: _listed(row, source, seed, now), bugs) if copy]
    return IndexPage(
        copies=tuple(copies),
        resume_key=resume_key,
        rows=len(rows),
        skipped=len(rows) - len(copies) - len(bugs),
        bugs=tuple(bugs),
    )


def naming_days(first: date, last: date) -> str:
    """Return a regular expression for URLs that name a day from one to another, both in it, however it is written.

    By the day for two months at most, by the month for two years, else by the year: it stands in a URL, and those have
    an end. It is for narrowing: other URLs may match it too.
    """
    days_by_month: dict[tuple[int, int], list[int]] = {}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        days_by_month.setdefault((day.year, day.month), []).append(day.day)
    months_by_year: dict[int, list[int]] = {}
    for year, month in days_by_month:
        months_by_year.setdefault(year, []).append(month)
    if (last - first).days <= NAMED_BY_DAY:
        named = [f"{year}[^0-9]?(?:{_month(m)})(?:{_numbers(days)})" for (year, m), days in days_by_month.items()]
    elif (last - first).days <= NAMED_BY_MONTH:
        named = [f"{year}[^0-9]?(?:{_numbers(months)})" for year, months in months_by_year.items()]
    else:
        named = [str(year) for year in months_by_year]
    return f".*(?:{'|'.join(named)}).*"


def _month(month: int) -> str:
    """A month and what stands before its day; nothing has to, where both have two digits."""
    return f"0{month}[^0-9]?|{month}[^0-9]" if month < 10 else f"{month}[^0-9]?"


def _numbers(numbers: Sequence[int]) -> str:
    """Numbers of two digits, those under 10 also of one, which no other digit follows."""
    units_by_ten: dict[int, str] = {}
    for number in numbers:
        units_by_ten[number // 10] = units_by_ten.get(number // 10, "") + str(number % 10)
    written = [f"{ten}[{units}]" for ten, units in units_by_ten.items()]
    if 0 in units_by_ten:
        written.append(f"[{units_by_ten[0]}](?:[^0-9]|$)")
    return "|".join(written)


def timestamp_of(text: str, now: datetime) -> datetime | None:
    """Return the instant that 14 digits mean, `None` for none at which an archive can have captured anything."""
    if not _TIMESTAMP.fullmatch(text):
        return None
    try:
        instant = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return instant if instant.year >= FIRST_YEAR and instant <= now + MARGIN else None


def without_additions(body: bytes, origin: str) -> bytes:
    """Return a replayed page without what the archive puts into it: banner, scripts, notes, links to itself.

    A raw copy (`id_`) has none of these and comes back as it is.
    """
    page = body
    end = page.find(_SCRIPTS_END)  # they stand first in the head
    if end >= 0 and (head := _HEAD.search(page, 0, end)) is not None:
        page = page[: head.end()] + page[end + len(_SCRIPTS_END) :]
    for begin, close in _BLOCKS:
        page = _without(page, begin, close)
    if page == body:
        return body
    name = re.escape(origin.encode().split(b"://", 1)[1])
    return re.sub(rb"(?:(?:https?:)?//" + name + rb")?/web/[0-9]{14}(?:[a-z]{2}_)?/(?=https?://)", b"", page)


def _without(body: bytes, begin: bytes, close: bytes) -> bytes:
    kept: list[bytes] = []
    at = 0
    while (start := body.find(begin, at)) >= 0 and (end := body.find(close, start + len(begin))) >= 0:
        kept.append(body[at:start])
        at = end + len(close)
    return b"".join([*kept, body[at:]])


def _json(text: str, url: str) -> tuple[list[dict[str, str]], str | None]:
    try:
        table = json.loads(text)
    except RecursionError:
        raise SeedUnreadable(url, "nested too deep for an index") from None
    except ValueError as error:
        raise SeedUnreadable(url, f"broken JSON: {str(error)[:200]}") from None
    if not isinstance(table, list) or not all(isinstance(row, list) for row in table):
        raise SeedUnreadable(url, "JSON, and not the rows of an index")
    if not table:
        return [], None
    names = table[0]
    if not all(isinstance(name, str) for name in names) or not {"timestamp", "original"} <= set(names):
        raise SeedUnreadable(url, "its first row does not name timestamp and original")
    rows, resume_key = table[1:], None
    if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1:
        rows, resume_key = rows[:-2], _resume_key(rows[-1][0], url)
    return [dict(_strings(names, row)) for row in rows], resume_key


def _lines(text: str, url: str) -> tuple[list[dict[str, str]], str | None]:
    lines, resume_key = text.splitlines(), None
    if len(lines) >= 2 and not lines[-2].strip():
        lines, resume_key = lines[:-2], _resume_key(lines[-1], url)
    rows = [line.split(" ") for line in lines if line.strip()]
    if rows and not any(len(row) == len(FIELDS) and _TIMESTAMP.fullmatch(row[1]) for row in rows):
        raise SeedUnreadable(url, "neither JSON nor the lines of an index")
    return [dict(zip(FIELDS, row, strict=True)) if len(row) == len(FIELDS) else {} for row in rows], resume_key


def _resume_key(value: Any, url: str) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise SeedUnreadable(url, "a resume key that nobody can ask by")
    return value


def _strings(names: Sequence[str], row: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for name, value in zip(names, row, strict=False):
        yield name, value if isinstance(value, str) else ""


def _listed(row: dict[str, str], source: Source, seed: str, now: datetime) -> IndexedCopy | None:
    original = row.get("original", "")
    if len(original) > MAX_URL_CHARS or not original.isascii() or not original.isprintable() or " " in original:
        return None
    captured_at = timestamp_of(row.get("timestamp", ""), now)
    if captured_at is None or row.get("statuscode", "200") not in ("200", "-"):
        return None
    if not _PAGES.fullmatch(row.get("mimetype", "")) or (article := read_link(original, source)) is None:
        return None
    # What names no day belongs to any window that began before it was captured.
    lastmod = (captured_at + MARGIN).isoformat()
    link = Link(article_key=article.article_key, url=article.url, seed=seed, day=article.day, lastmod=lastmod)
    return IndexedCopy(link=link, captured_at=captured_at, url=original)
