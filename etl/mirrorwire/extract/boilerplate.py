"""Boilerplate as it is told apart: a text's blocks, by which a source's articles are compared, and a text without them.

A block is one paragraph of the text. What makes one boilerplate is counted over a source's stored articles, in
`mirrorwire.store.boilerplate`; here are only the names of blocks, and what is left of a text when known ones go.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from hashlib import blake2b

from mirrorwire.extract.lead import Text
from mirrorwire.extract.normalize import letters

MOST_DROPPED = 0.5
"""The largest share of a text's characters that is taken for boilerplate: more is the article itself, copied about."""

_DIGIT = re.compile(r"\d")


def block_of(line: str) -> int | None:
    """Return what a paragraph is known by, as a signed 64-bit integer; `None` for one without a letter.

    Case, punctuation, spaces and the value of digits do not count, so that a line with a date or a number of comments
    is the same line on every page. Without a letter it would be nothing but digits, and any two numbers the same.
    """
    folded = letters(line)
    if not any(map(str.isalpha, folded)):
        return None
    named = _DIGIT.sub("0", folded).encode("utf-8", "replace")
    return int.from_bytes(blake2b(named, digest_size=8).digest(), "big", signed=True)


def blocks_of(text: str) -> tuple[int, ...]:
    """Return the blocks of a text, in order and once each."""
    blocks = dict.fromkeys(block_of(line) for line in text.split("\n"))
    return tuple(block for block in blocks if block is not None)


def without(text: Text, known: Collection[int]) -> tuple[Text, str | None]:
    """Return a text without its known blocks, the lead too if it is one, and a doubt where they were left in.

    A text that would lose more than half of its characters keeps them all: it is never emptied.
    """
    if not known:
        return text, None
    lines = text.text.split("\n")
    kept = [line for line in lines if block_of(line) not in known]
    if len(kept) == len(lines):
        return text, None
    chars = sum(map(len, lines))
    left = sum(map(len, kept))
    if chars - left > chars * MOST_DROPPED:
        return text, f"boilerplate would be {chars - left} of {chars} characters, and was left in"
    if text.lead is None or block_of(text.lead) not in known:
        return replace(text, text="\n".join(kept)), None
    return replace(text, text="\n".join(kept), lead=None, lead_origin=None), None
