"""Lines that hold a date: whether it is all that they say, and whether it is the last change's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from mirrorwire.extract.dates import parse_moment
from mirrorwire.extract.page import fold
from mirrorwire.extract.stated import Kind
from mirrorwire.extract.wording import Wording, listed

MODIFIED = Wording("dates.modified")
LABELLED = Wording("dates.labels", r"(?:WORDS)(?:\s+(?:on|am|le|il|el|em|op|den))?\s?[:\s]\s?(?=.{0,20}\d)")
"""A line that says what it is, where nothing is marked (`Datum 28.04.2023`)."""
FEW_WORDS = 5
STAMP_CHARS = 24
MAX_PARTS = 200
_WORD = re.compile(r"[^\W\d_]{2,}")
_DIGIT = re.compile(r"\d")


@cache
def _label() -> re.Pattern[str]:
    modified, published = (r"|".join(listed(name)) for name in ("dates.modified", "dates.published"))
    return re.compile(rf"(?P<modified>(?:last\s+)?(?:{modified})\w*)|{published}", re.I)


def short_text(element: Any, limit: int) -> str | None:
    """Return an element's text on one line as it stands, `None` if it has more than `limit` characters or many parts.

    Reads no more than that of it: whatever holds a line may hold the page.
    """
    parts: list[str] = []
    chars = 0
    for part in element.itertext():
        chars += len(part.strip())
        if chars > limit or len(parts) == MAX_PARTS:
            return None
        parts.append(part)
    return fold("".join(parts))


def word_count(line: str) -> int:
    """Return how many words of two letters or more a line has."""
    return len(_WORD.findall(line))


def is_labelled(line: str) -> bool:
    """Return whether a line says what its date is: one without a digit has none, which is known at once."""
    return _DIGIT.search(line) is not None and LABELLED.match(line) is not None


def says_little(line: str) -> bool:
    """Return whether a line with a date says next to nothing else, or begins with it."""
    if word_count(line) <= FEW_WORDS or is_labelled(line):
        return True
    return _DIGIT.search(line[:STAMP_CHARS]) is not None and parse_moment(line[:STAMP_CHARS]) is not None


def parted(line: str) -> Iterator[tuple[Kind, str]]:
    """Yield a line's dates: `12 May 2026, updated 14 May 2026` has one of each kind."""
    kind: Kind = "published"
    at = 0
    for label in _label().finditer(line):
        if (part := line[at : label.start()].strip()) and parse_moment(part) is not None:
            yield kind, part
        kind, at = ("modified" if label["modified"] else "published"), label.end()
    if parse_moment(line[at:]) is not None:
        yield kind, line[at:].strip()
