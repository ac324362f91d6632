"""The words of pages that answer in an article's place, in the languages of those who put them there."""

from __future__ import annotations

from mirrorwire.core.records import VerdictKind
from mirrorwire.extract.wording import Wording

SEIZURE_PICTURE = Wording("notices.seizure_picture")
"""What the name or the alternative text of a notice's picture says, where the picture is all there is."""

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
