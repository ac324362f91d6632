"""Lines of a text that are not the article's: promotion, share bars, related links, credits, dates, the title again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mirrorwire.extract.dates import parse_moment
from mirrorwire.extract.normalize import key, letters
from mirrorwire.extract.wording import Wording

_WHOLE = r"^(?:WORDS)\s*[.:!>»…]*$"
_PROMOTION = Wording("lines.promotion", _WHOLE)
_CREDIT = Wording("lines.credit", _WHOLE)
_STAMP = Wording("lines.stamp", _WHOLE)
_BYLINE = re.compile(r"^(?:By|BY|Von|VON|Par|Por|Di|Door|Av|Af) [^\W\d_a-z][\w .,&’'-]{3,60}$")
_REST = Wording("lines.rest", _WHOLE)
"""Headings under which only links to other articles follow."""
_MAX_REST_SHARE = 0.35
_EMAIL = re.compile(r"\S+@\S+\.\w{2,}")
_TWEET = re.compile(r"^[—–-].{1,80}\(@\w{1,20}\).{0,40}$")
_LEAD_WORDS = re.compile(r"^(?:by|von|par|por|di|door|av|af|text|autor)\s*[:\s]\s*", re.I)


class LineCleaner:
    """Takes lines that are not the article's own out of a page's texts; what a line says is looked at once.

    `captions` and `names` (authors, sections) are `key`s.
    """

    def __init__(self, *, titles: Sequence[str], captions: frozenset[str], names: frozenset[str]) -> None:
        self._titles = [letters(title) for title in titles if len(title) > 10]
        self._captions = captions
        self._names = names
        self._beside: dict[str, bool] = {}

    def cleaned(self, lines: Sequence[str]) -> list[str]:
        """Return the lines that are the article's own."""
        lines = _without_rest(lines)
        return [line for at, line in enumerate(lines) if not self._is_left_out(line, at, len(lines))]

    def _is_left_out(self, line: str, at: int, count: int) -> bool:
        """Whether the line at this place among so many is not the article's."""
        if at < 6 and _repeats_title(line, self._titles):
            return True
        if line not in self._beside:
            self._beside[line] = key(line) in self._captions or _is_beside(line)
        if self._beside[line]:
            return True
        if len(line) >= 80:
            return False
        if (at < 5 or at > count - 3) and _LEAD_WORDS.sub("", key(line)).strip(" ,.:|-") in self._names:
            return True
        return at < 5 and (_BYLINE.match(line) is not None or _only_date(line))


def _is_beside(line: str) -> bool:
    """Whether a line is promotion, a post's signature, a credit, a stamp or an address, wherever it stands."""
    if len(line) >= 260:
        return False
    if _PROMOTION.match(line) or _TWEET.match(line):
        return True
    if len(line) >= 160:
        return False
    return bool(_CREDIT.match(line) or (len(line) < 80 and (_STAMP.match(line) or _EMAIL.search(line))))


def _repeats_title(line: str, named: Sequence[str]) -> bool:
    """Whether a line is the title, alone or behind its kicker."""
    spelling = letters(line)
    return any(spelling == title or (spelling.endswith(title) and len(spelling) < len(title) + 60) for title in named)


def _only_date(line: str) -> bool:
    return (
        any(c.isdigit() for c in line)
        and not line.endswith(("?", "!"))
        and len(line.split()) < 9
        and parse_moment(line) is not None
    )


def _without_rest(lines: Sequence[str]) -> Sequence[str]:
    """Without what follows a heading over other articles, if that is the smaller part."""
    total = sum(map(len, lines)) or 1
    before = 0
    for at, line in enumerate(lines):
        if before / total > 1 - _MAX_REST_SHARE and len(line) < 60 and _REST.match(line):
            return lines[:at]
        before += len(line)
    return lines
