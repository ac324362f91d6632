"""Headings that say what a page is: short wordings that mean it only as a title, and a publisher's own documents."""

from __future__ import annotations

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
