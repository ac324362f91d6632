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


def clean_lines(
    lines: Sequence[str], *, titles: Sequence[str], captions: frozenset[str], names: frozenset[str]
) -> list[str]:
    """Return the lines that are the article's own. `captions` and `names` (authors, sections) are `key`s."""
    lines = _without_rest(lines)
    named = [letters(title) for title in titles if len(title) > 10]
    spellings = [key(line) for line in lines]
    kept: list[str] = []
    for at, (line, spelling) in enumerate(zip(lines, spellings, strict=True)):
        if spelling in captions:
            continue
        if at < 6 and _repeats_title(line, named):
            continue
        if len(line) < 260 and (_PROMOTION.match(line) or _TWEET.match(line)):
            continue
        if len(line) < 160 and (
            _CREDIT.match(line) or (len(line) < 80 and (_STAMP.match(line) or _EMAIL.search(line)))
        ):
            continue
        if (
            len(line) < 80
            and _LEAD_WORDS.sub("", spelling).strip(" ,.:|-") in names
            and (at < 5 or at > len(lines) - 3)
        ):
            continue
        if at < 5 and len(line) < 80 and (_BYLINE.match(line) or _only_date(line)):
            continue
        kept.append(line)
    return kept


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
