"""The pattern of a site's article URLs, induced from URLs of articles: what stays, what is the day, what is the id.

Each URL is cut into pieces by what they look like; URLs of one cut are a shape, and the piece whose values differ most
is its id. It is a draft for people: two dozen URLs of one day do not show every shape that a site has had.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

MAX_URLS = 5000
MAX_PATTERNS = 4
MAX_STEPS = 12
MAX_STEP_CHARS = 100
"""A longer step of a path is not written out, though all URLs share it."""
SHARE = 0.02
"""Shapes that fewer of the URLs have are left out: they are counted as not matched."""

_EXTENSION = r"\.(?:s?html?|aspx?|php|jsp|cms|story)"
_YEAR = r"(?:19|20)\d\d"
_MONTH, _DAY = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DATES = (  # by how many steps they take: the pattern that finds one, and the one that is written
    (3, re.compile(rf"{_YEAR}/{_MONTH}/{_DAY}"), r"\d{4}/\d{1,2}/\d{1,2}"),
    (2, re.compile(rf"{_YEAR}-{_MONTH}/{_DAY}"), r"\d{4}-\d{1,2}/\d{1,2}"),
    (2, re.compile(rf"{_YEAR}(?:0[1-9]|1[0-2])/{_DAY}"), r"\d{6}/\d{1,2}"),
    (1, re.compile(rf"{_YEAR}-{_MONTH}-{_DAY}"), r"\d{4}-\d{1,2}-\d{1,2}"),
    (1, re.compile(rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"), r"\d{8}"),
)
_DATED_SLUG = re.compile(rf"(?P<head>{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))-.{{3,}}")
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_MIXED = r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])"
_IDS = (  # kind, what one looks like, what is written: {0} the part that stays
    ("number", re.compile(rf"(\d{{3,}})({_EXTENSION})?"), r"(?P<id>\d+)"),
    ("uuid", re.compile(rf"({_UUID})({_EXTENSION})?"), rf"(?P<id>{_UUID.replace('(?:', '(')})"),
    ("hex", re.compile(rf"([0-9a-f]{{16,}})({_EXTENSION})?"), r"(?P<id>[0-9a-f]+)"),
    ("marked", re.compile(rf"(?P<stays>[A-Za-z]{{1,4}}[-_])(\d{{3,}})({_EXTENSION})?"), r"{stays}(?P<id>\d+)"),
    ("before", re.compile(r"(\d{4,})-[^/]*"), r"(?P<id>\d+)-[^/?]*"),
    ("behind", re.compile(rf"[^/]*-(\d{{5,}})({_EXTENSION})?"), r"([^/?]*-)?(?P<id>\d+)"),
    ("lettered", re.compile(rf"[^/]*-(?P<stays>[a-z])(\d{{3,}})({_EXTENSION})?"), r"([^/?]*-)?(?P<id>{stays}\d+)"),
    (
        "code",
        re.compile(rf"((?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{{8,40}})({_EXTENSION})?"),
        r"(?P<id>[A-Za-z0-9]+)",
    ),
)
_PERIOD = re.compile(rf"{_YEAR}/{_MONTH}")
_DATE_GROUP = "(?P<date>"
_WORDS = ("word", "slug", "period")
_QUERY_ID = re.compile(r"(?:^|&)(?P<stays>[A-Za-z_]{1,20}=)(\d{3,})(?=&|$)")
_SLUG = re.compile(r"(?=.{12,})[^/]*[-_][^/]*[-_][^/]*|[^/]*[^\x00-\x7f][^/]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """The patterns, most common first, and how many of how many URLs they match; `missed` are some that none does."""

    patterns: tuple[str, ...]
    counts: tuple[int, ...]
    matched: int
    total: int
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a path, `value` being what differs from URL to URL.

    Kinds: `word`, `slug`, `date`, `period` (a month), `dated` (a slug with its day), and those of ids.
    """

    kind: str
    text: str
    value: str = ""
    stays: str = ""
    end: str = ""


def induce(urls: Iterable[str], more: Iterable[str] = ()) -> Shapes:
    """Return the patterns of article URLs; `more` may hold other pages too: of these, shapes with a number or a day.

    What is searched is the decoded path and query, as `mirrorwire.core.urls` searches `article_url`.
    """
    given = list(dict.fromkeys(urls))[:MAX_URLS]
    known = set(given)
    wider = list(dict.fromkeys(url for url in more if url not in known))[:MAX_URLS]
    shapes: dict[tuple[str, ...], list[list[_Piece]]] = defaultdict(list)
    for n, url in enumerate((*given, *wider)):
        pieces = _pieces(searched(url))
        if pieces and (n < len(given) or any(piece.kind not in _WORDS for piece in pieces)):
            shapes[_signature(pieces)].append(pieces)
    total = len(given) + len(wider)
    least = max(1.0 if total < 5 else 2.0, SHARE * total)
    patterns: dict[str, int] = {}
    for members in sorted(shapes.values(), key=len, reverse=True):
        pattern = _pattern(members) if len(members) >= least else None
        if pattern:
            patterns.setdefault(pattern, len(members))
    kept = tuple(patterns)[:MAX_PATTERNS]
    compiled = [re.compile(pattern) for pattern in kept]
    counts: Counter[str] = Counter()
    missed: list[str] = []
    for url in (*given, *wider):
        matching = next((pattern.pattern for pattern in compiled if pattern.search(searched(url))), None)
        if matching is None:
            missed.append(url)
        else:
            counts[matching] += 1
    return Shapes(
        patterns=tuple(pattern for pattern in kept if counts[pattern]),
        counts=tuple(counts[pattern] for pattern in kept if counts[pattern]),
        matched=counts.total(),
        total=total,
        missed=tuple(missed[:MAX_PATTERNS]),
    )


def searched(url: str) -> str:
    """Return what `article_url` is searched in: path and query, decoded."""
    parts = urlsplit(url)
    return unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else "")


def _pieces(path: str) -> list[_Piece]:
    """A path's steps by what they look like; empty for one that is no article's by any rule."""
    path, _, query = path.partition("?")
    steps = [step for step in path.split("/") if step]
    query_id = _QUERY_ID.search(query)
    if len(steps) > MAX_STEPS or not (steps or query_id):
        return []
    pieces: list[_Piece] = []
    n = 0
    while n < len(steps):
        taken, piece = _piece(steps[n:])
        pieces.append(piece)
        n += taken
    if query_id and not any(_is_id(piece) for piece in pieces):
        pieces.append(_Piece("query", query, query_id[2], query_id["stays"]))
    elif pieces[-1].kind == "word" and not any(map(_counts, pieces)) and any(p.kind == "date" for p in pieces):
        pieces[-1] = replace(pieces[-1], kind="slug")  # a short one
    return pieces


def _piece(steps: Sequence[str]) -> tuple[int, _Piece]:
    for count, shape, written in _DATES:
        if len(steps) >= count and shape.fullmatch(text := "/".join(steps[:count])):
            return count, _Piece("date", text, text, written)
    step, period = steps[0], "/".join(steps[:2])
    if _PERIOD.fullmatch(period):
        return 2, _Piece("period", period, period)
    if dated := _DATED_SLUG.fullmatch(step):
        return 1, _Piece("dated", step, step, dated["head"])
    for kind, shape, _ in _IDS:
        if match := shape.fullmatch(step):
            groups = match.groupdict()
            number = next(group for group in match.groups() if group and group != groups.get("stays"))
            end = match.groups()[-1] if kind != "before" else ""
            return 1, _Piece(kind, step, number, groups.get("stays") or "", end or "")
    return 1, _Piece("slug" if _SLUG.fullmatch(step) else "word", step, step)


def _is_id(piece: _Piece) -> bool:
    return piece.kind not in (*_WORDS, "date", "dated")


def _signature(pieces: Sequence[_Piece]) -> tuple[str, ...]:
    """What URLs of one shape share: the kinds up to the last that counts; words at the beginning are as many as may be.

    So `/news/5-a` and `/sport/football/6-b` are one shape, and a slug behind the id makes no difference.
    """
    stays = [piece.stays if _is_id(piece) or piece.kind == "date" else "" for piece in pieces]
    named = [f"{piece.kind}:{stay}:{piece.end}" for piece, stay in zip(pieces, stays, strict=True)]
    while len(named) > 1 and pieces[len(named) - 1].kind in _WORDS and any(map(_counts, pieces[: len(named) - 1])):
        named.pop()
    words = next((n for n, piece in enumerate(pieces) if piece.kind != "word"), len(pieces))
    return ("words", *named[words:]) if words < len(pieces) else tuple(named)


def _counts(piece: _Piece) -> bool:
    return _is_id(piece) or piece.kind == "dated"


def _pattern(members: list[list[_Piece]]) -> str | None:
    """The pattern of URLs of one shape; `None` where nothing in them can be an id."""
    heads: set[tuple[str, ...]] = set()
    tails: list[list[_Piece]] = []
    for pieces in members:
        lead = next((n for n, piece in enumerate(pieces) if piece.kind != "word"), len(pieces))
        heads.add(tuple(piece.text for piece in pieces[:lead]))
        tails.append(pieces[lead:])
    shortest = min(map(len, tails))
    columns = [[tail[n] for tail in tails] for n in range(shortest)]
    place = _id_place(columns)
    if place is None:
        return None
    written = ["^/" + _head(heads)]
    has_date = False
    for n, column in enumerate(columns[: place + 1]):
        last = n == place
        part = _named(column, is_id=last, has_date=has_date)
        has_date = has_date or _DATE_GROUP in part
        written.append(part + ("" if last or column[0].kind == "query" else "/"))
    text = "".join(written)
    kind = columns[place][0].kind
    if kind == "query":
        return text.replace(r"/\?", r"/?\?") + "(&|$)"
    if kind == "slug" and has_date:
        text = _with_date_in_id(text)
    return text + (r"(\?|$)" if columns[place][0].end else "([/?]|$)")


def _id_place(columns: list[list[_Piece]]) -> int | None:
    """The column whose values differ most, surer kinds of id first, slugs last; `None` if none differs."""
    surest = [kind for kind, *_ in _IDS]
    ranked: list[tuple[bool, int, int, int]] = []
    for n, column in enumerate(columns):
        values = {piece.value for piece in column}
        if column[0].kind in ("word", "date", "period") or (len(values) == 1 and len(column) > 1):
            continue
        rank = surest.index(column[0].kind) if column[0].kind in surest else len(surest)
        ranked.append((_counts(column[0]), len(values), -rank, -n))
    return -max(ranked)[3] if ranked else None


def _head(heads: set[tuple[str, ...]]) -> str:
    if len(heads) == 1:
        return "".join(f"{_step(word)}/" for word in next(iter(heads)))
    first = {words[:1] for words in heads}
    if len(first) == 1 and () not in first:  # the first word stays, sections behind it change
        return f"{_step(next(iter(first))[0])}/([^/?]+/)*"
    return "([^/?]+/)*" if any(not words for words in heads) else "([^/?]+/)+"


def _named(column: list[_Piece], *, is_id: bool, has_date: bool) -> str:
    """What is written of a column; a pattern has one group named date, so that of two days the first is it."""
    piece = column[0]
    if not is_id and piece.kind not in ("date", "period"):
        same = len({other.text for other in column}) == 1 and len(column) > 1
        return _step(piece.text) if same else "[^/?]+"
    written = {
        "date": piece.stays if has_date else f"{_DATE_GROUP}{piece.stays})",
        "period": r"\d{4}/\d{1,2}",
        "dated": r"(?P<id>\d{8}-[^/?]+)" if has_date else rf"(?P<id>{_DATE_GROUP}\d{{8}})-[^/?]+)",
        "query": rf"\?(.*&)?{_literal(piece.stays)}(?P<id>\d+)",
        "slug": "(?P<id>[^/?]+)" if has_date else "(?P<id>[^/?]+[-_][^/?]+)",
    }
    text = written.get(piece.kind) or next(text for kind, _, text in _IDS if kind == piece.kind)
    return text.replace("{stays}", _literal(piece.stays)) + _literal(piece.end)


def _with_date_in_id(text: str) -> str:
    """A slug alone may come again: with its day it is an id."""
    before, _, behind = text.partition(_DATE_GROUP)
    return f"{before}(?P<id>{_DATE_GROUP}{behind.replace('(?P<id>', '(', 1).replace('([^/?]+)', '[^/?]+')})"


def _step(text: str) -> str:
    """A step that all share: a number may be a day in another calendar, and is another one tomorrow."""
    if text.isdecimal():
        return r"\d+"
    return _literal(text) if len(text) <= MAX_STEP_CHARS else "[^/?]+"


def _literal(text: str) -> str:
    """A text as a pattern that a file can show: any character stands for one that would not be seen."""
    shown = "".join(re.escape(char) if char.isprintable() else "[^/?]" for char in text)
    return shown.replace(r"\-", "-").replace(r"\_", "_").replace(r"\ ", " ")
