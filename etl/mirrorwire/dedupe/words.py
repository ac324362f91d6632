"""Texts cut into what is compared: pairs of words, and pieces of as many characters where no space parts the words.

The scripts that are written without spaces: Unicode, chapters 16 (Southeast Asia) and 18 (East Asia), and annex 14,
classes SA and ID. Korean has spaces.
"""

from __future__ import annotations

import re
from itertools import groupby, pairwise

# Vowel signs and points stand inside a word, but \w knows letters and digits only: it would cut Hindi at each of them.
_MARKS = (
    r"\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u0900-\u0963\u0966-\u0dff"
)
# Han, kana and bopomofo. Chinese and Japanese words have about two characters.
_EAST = (
    r"\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf"
    r"\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Thai, Lao, Burmese and Khmer without their digits. Words have about four code points, signs included.
_SOUTHEAST = (
    r"\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u1780-\u17d3\u17dc\u17dd"
    r"\ua9e0-\ua9ef\uaa60-\uaa7f"
)

# ASCII, and letters and marks of scripts with spaces. Where a text holds nothing else, its words are what lies between
# the signs of ASCII, and are found five times faster among its bytes.
_PLAIN = (
    r"\x00-\x7f\xc0-\xd6\xd8-\xf6\xf8-\u02af\u0300-\u036f\u0386\u0388-\u038a\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481"
    r"\u048a-\u0527\u05d0-\u05ea\u0620-\u065f\u0671-\u06d3\u0904-\u0939\u093e-\u094d\u1e00-\u1eff\uac00-\ud7a3"
)
_OTHER = re.compile(f"[^{_PLAIN}]")
_SPACED = re.compile(rf"[\w{_MARKS}]+")
_UNSPACED = re.compile(f"[{_EAST}{_SOUTHEAST}]")
_SIGNS = bytes(n if n >= 0x80 or chr(n).isalnum() or chr(n) == "_" else 0x20 for n in range(256))
_RUN = re.compile(rf"(?P<east>[{_EAST}]+)|(?P<southeast>[{_SOUTHEAST}]+)|(?:(?![{_EAST}{_SOUTHEAST}])[\w{_MARKS}])+")
_WORD_LENGTH = {"east": 2, "southeast": 4}
"""Characters of a word on average, by which words are counted."""
_WINDOW = {"east": 3, "southeast": 7}
"""Characters of a piece. A pair of neighbours covers one more: as many as two words have."""


def shingles(normal: str) -> tuple[int, list[bytes]]:
    """Return how many words a normalized text has, and each pair of neighbours in UTF-8, repeats included: 2-grams."""
    if _OTHER.search(normal) is None:
        pieces = normal.encode().translate(_SIGNS).split()
        words = len(pieces)
    elif _UNSPACED.search(normal) is None:
        pieces = " ".join(_SPACED.findall(normal)).encode().split()
        words = len(pieces)
    else:
        words, cut = _cut(normal)
        pieces = [piece.encode() for piece in cut]
    return words, list(map(b" ".join, pairwise(pieces)))


def _cut(normal: str) -> tuple[int, list[str]]:
    """Return the number of words, and the words; of what is written without spaces each window of characters.

    Marks and spaces part no windows, as they part no pairs of words: an editor's comma would change them all.
    """
    words, pieces = 0, list[str]()
    for script, matches in groupby(_RUN.finditer(normal), key=lambda match: match.lastgroup):
        if script is None:
            spaced = [match[0] for match in matches]
            words += len(spaced)
            pieces += spaced
        else:
            run, size = "".join(match[0] for match in matches), _WINDOW[script]
            words += len(run) // _WORD_LENGTH[script]
            pieces += [run[n : n + size] for n in range(max(1, len(run) - size + 1))]
    return words, pieces
