"""Headings that say what a page is: short wordings that mean it only as a title, and a publisher's own documents."""

from __future__ import annotations

import re

from mirrorwire.core.records import VerdictKind
from mirrorwire.extract.wording import Wording

TITLE_ONLY: tuple[tuple[VerdictKind, Wording], ...] = (
    ("not_found", Wording("titles.not_found")),
    ("challenge", Wording("titles.challenge")),
    ("login", Wording("titles.login")),
    ("parking", Wording("titles.parking")),
    ("consent", Wording("titles.consent")),
)
"""Short wordings that mean it only as a page's title or heading; the first kind that is found counts."""

DOCUMENT = Wording("titles.document")
"""Headings of what a publisher says about itself: long prose under the newspaper's frame, and no report."""

_WHOLE: frozenset[VerdictKind] = frozenset({"login", "consent"})
_REST = re.compile(r"\s*$|\s+[-–—|·•»/]|[|.!?…·•_｜]")
"""What may stand behind words that are a whole heading: nothing, its end, or a sign before the site's name."""


def is_whole(kind: VerdictKind, match: re.Match[str]) -> bool:
    """Return whether the words of a notice are a whole heading, where its kind asks for that.

    Many a report's heading begins with the word for a log-in, which may be the one for an entry, or for consent.
    """
    return kind not in _WHOLE or _REST.match(match.string, match.end()) is not None
