"""Text as it is compared: what mirrors, editors and fonts change without changing a word is folded away."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from unicodedata import is_normalized, normalize

_DOUBLE_QUOTES = "\u00ab\u00bb\u201c-\u201f\u2033\u2036\u275d\u275e\u301d-\u301f\uff02"
_SINGLE_QUOTES = "`\u00b4\u02b9\u02bb\u02bc\u2018-\u201b\u2032\u2035\u2039\u203a\u275b\u275c\uff07"
_DASHES = "\u058a\u05be\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\u301c\ufe31\ufe32\ufe58\ufe63\uff0d"
# Soft hyphens, joiners, marks of direction and byte order show nothing; U+0000 and lone surrogates are stored nowhere.
_INVISIBLE = "\x00\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff"
_FOLDS = tuple(
    (re.compile(f"[{marks}]"), plain)
    for marks, plain in ((_DOUBLE_QUOTES, '"'), (_SINGLE_QUOTES, "'"), (_DASHES, "-"), (_INVISIBLE, ""))
)
# One search for all of them: four cost more than everything else here.
_ANY_MARK = re.compile(f"[{_DOUBLE_QUOTES}{_SINGLE_QUOTES}{_DASHES}{_INVISIBLE}]")


def normalized(text: str) -> str:
    """Return text for comparison: NFKC, case folded, one kind of quotes and dashes, single spaces.

    Normalizing what is normalized changes nothing (NFKC with case folding: Unicode, chapter 3.13, NFKC_Casefold).
    """
    plain = _ANY_MARK.sub(_plain, text)
    composed = _composed(plain)
    folded = composed.casefold()
    if not folded.isascii():
        # Case folding may take compositions apart, and compatibility forms give marks: a double prime, two primes.
        again = _composed(folded)
        folded = again if composed is plain and again is folded else _ANY_MARK.sub(_plain, again)
    return " ".join(folded.split())


def text_hash(text: str) -> bytes:
    """Return the SHA-256 of the normalized text: equal for exact duplicates, whatever their titles."""
    return digest(normalized(text))


def content_hash(title: str, text: str) -> bytes:
    """Return the SHA-256 of title and text, normalized: another one makes another version of an article."""
    return digest(f"{normalized(title)}\n{normalized(text)}")  # normalized text holds no line feed


def digest(normal: str) -> bytes:
    """Return the SHA-256 of text that is normalized already."""
    return sha256(normal.encode()).digest()


def _composed(text: str) -> str:
    return text if is_normalized("NFKC", text) else normalize("NFKC", text)


def _plain(mark: re.Match[str]) -> str:
    return _plain_mark(mark[0])


@cache  # as many entries as there are marks
def _plain_mark(mark: str) -> str:
    return next(plain for pattern, plain in _FOLDS if pattern.match(mark))
