"""The words of pages that answer in an article's place, in the languages of those who put them there."""

from __future__ import annotations

from mirrorwire.core.records import VerdictKind
from mirrorwire.extract.notices.domains import PARKING, SEIZURE, SEIZURE_PICTURE
from mirrorwire.extract.notices.gates import CHALLENGE, CONSENT, LOGIN
from mirrorwire.extract.notices.missing import NOT_FOUND, SERVER
from mirrorwire.extract.wording import Wording

__all__ = ["NOTICES", "SEIZURE_PICTURE"]

NOTICES: tuple[tuple[VerdictKind, Wording], ...] = (
    ("seizure", SEIZURE),
    ("parking", PARKING),
    ("challenge", CHALLENGE),
    ("consent", CONSENT),
    ("login", LOGIN),
    ("not_found", NOT_FOUND),
    ("thin", SERVER),
)
"""Wordings that mean it anywhere in a page that does not say it is an article; the first kind that is found counts."""
