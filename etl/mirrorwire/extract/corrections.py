"""An article's notes of correction: those that structured data states, and those that stand in its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from mirrorwire.extract.normalize import distinct, letters
from mirrorwire.extract.structured import Structured, text_of
from mirrorwire.extract.wording import Wording, listed

MAX_NOTES = 10
MIN_NOTE_CHARS = 8
MAX_NOTE_CHARS = 2_000
"""A longer paragraph is a story about corrections, not one."""
_HEAD_CHARS = 160
_BEGINNING_CHARS = 600

_LABEL = Wording(
    "corrections.labels",
    r"[\W_]{0,4}(?:WORDS)"
    r"(?:\s?[(\[（][^)\]）]{0,60}[)\]）]|,[^:：]{0,50}|\s[^:：.]{0,30}\d[^:：]{0,30})?\s{0,3}(?:[:：】\]］]|\s?[–—]\s|\s-\s)",
)
_LABEL_END = re.compile(r"[:：】\]］–—]|\s-\s")
"""One of these stands behind each label."""
_SAYS_SO = Wording("corrections.sentences")


@cache
def _hints() -> tuple[str, ...]:
    """Each of the sentences holds one of these: most paragraphs hold none, and are not searched at every character."""
    return tuple(dict.fromkeys(listed("corrections.hints")))


def read_corrections(data: Structured, text: str) -> tuple[tuple[str, ...], str]:
    """Return the notes as they stand, and where the first was found. Paragraphs of `text` that are notes stay in it.

    A paragraph is one if it begins with a word for correction or editor's note and a colon, or says of the article
    itself that an earlier version read otherwise.
    """
    stated = list(_stated(data.article.get("correction")))
    spelling = letters(" ".join(stated)) if stated else ""
    folded = text.casefold()
    hints = [hint for hint in _hints() if hint in folded]
    shown = [line for line in text.split("\n") if is_correction(line, hints) and letters(line) not in spelling]
    notes = distinct([*stated, *shown], MAX_NOTES, MAX_NOTE_CHARS)
    if not notes:
        return notes, ""
    return notes, "json-ld" if stated else "text"


def is_correction(paragraph: str, hints: Sequence[str] | None = None) -> bool:
    """Whether a paragraph is a note of correction, or of the editors'.

    `hints` are those of the wordings' that stand anywhere in its text, where that is known.
    """
    if not MIN_NOTE_CHARS <= len(paragraph) <= MAX_NOTE_CHARS:
        return False
    head = paragraph[:_HEAD_CHARS]
    if _LABEL_END.search(head) and _LABEL.match(head):
        return True
    beginning = paragraph[:_BEGINNING_CHARS]
    folded = beginning.casefold()
    if hints is None:
        hints = _hints()
    return any(hint in folded for hint in hints) and _SAYS_SO.search(beginning) is not None


def _stated(value: Any) -> Iterator[str]:
    """The texts of schema.org's `correction`: text, a CorrectionComment, or several; an address is none."""
    for note in value[:MAX_NOTES] if isinstance(value, list) else [value]:
        is_object = isinstance(note, Mapping)
        wording = note.get("text") or note.get("description") or note.get("name") if is_object else note
        text = text_of(wording, MAX_NOTE_CHARS)
        if text and not text.startswith(("http://", "https://")):
            yield text
