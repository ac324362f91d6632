"""The words of pages that answer in an article's place, in the languages of those who put them there."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from mirrorwire.core.records import VerdictKind
from mirrorwire.extract.normalize import MAX_TITLE_CHARS
from mirrorwire.extract.notice_titles import TITLE_ONLY, is_whole
from mirrorwire.extract.page import fold
from mirrorwire.extract.survey import OPENING_CHARS
from mirrorwire.extract.wording import Wording

SEIZURE_PICTURE = Wording("notices.seizure_picture")
"""What the name or the alternative text of a notice's picture says, where the picture is all there is."""

TO_COMMENT = Wording("notices.to_comment")
"""What a login is asked for beside an article: such words are no wall."""
COMMENT_CHARS = 100
"""So near to the words of a login stands what it is for."""
MAX_LOGINS = 5
"""So many askings for a login are looked at: a page that only asks has one."""

NOTICES: tuple[tuple[VerdictKind, Wording], ...] = (
    ("seizure", Wording("notices.seizure")),
    ("parking", Wording("notices.parking")),
    ("challenge", Wording("notices.challenge")),
    ("consent", Wording("notices.consent")),
    ("login", Wording("notices.login")),
    ("not_found", Wording("notices.not_found")),
    ("thin", Wording("notices.server")),
)
"""Wordings that mean it anywhere in a page that does not say it is an article; the first kind that is found counts."""


class Notice(NamedTuple):
    """The words of a notice, and where they stand: in the `title`, a `heading`, the `text` or a `picture`'s name."""

    kind: VerdictKind
    phrase: str
    where: str
    context: str

    def evidence(self) -> dict[str, Any]:
        """The words, as a verdict's evidence has them."""
        return {"phrase": self.phrase, "where": self.where, "context": self.context}


def notice_in_name(name: str, where: str) -> Notice | None:
    """Return the notice that a title or a heading names, if any; short wordings count here alone."""
    name = name[:MAX_TITLE_CHARS]
    if not name:
        return None
    for kind, wording in TITLE_ONLY:
        match = wording.search(name)
        if match is not None and is_whole(kind, match):
            return _with_context(kind, match, where)
    for kind, wording in NOTICES:
        match = wording.search(name)
        if match is not None:
            return _with_context(kind, match, where)
    return None


def notice_in_pictures(names: str) -> Notice | None:
    """Return the notice that the names or alternative texts of a page's pictures tell of, if any."""
    picture = SEIZURE_PICTURE.search(names)
    return None if picture is None else _with_context("seizure", picture, "picture")


def notice_in_opening(parts: tuple[str, ...]) -> Notice | None:
    """Return the notice whose words stand where a page's text begins, if any."""
    opening = fold(" ".join(parts)[: 2 * OPENING_CHARS])
    for kind, wording in NOTICES:
        match = _login_wall(opening, wording) if kind == "login" else wording.search(opening)
        if match is not None:
            return _with_context(kind, match, "text")
    return None


def _login_wall(opening: str, wording: Wording) -> re.Match[str] | None:
    """The first words that ask for a login, and not for one by which to comment."""
    for _ in range(MAX_LOGINS):
        match = wording.search(opening)
        if match is None or TO_COMMENT.search(match.string[match.start() : match.end() + COMMENT_CHARS]) is None:
            return match
        opening = opening[match.end() :]
    return None


def _with_context(kind: VerdictKind, match: re.Match[str], where: str) -> Notice:
    context = match.string[max(0, match.start() - 60) : match.end() + 60]
    return Notice(kind, match.group(0), where, context)
