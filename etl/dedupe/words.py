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

_SPACED = re.compile(rf"[\w{_MARKS}]+")
_UNSPACED = re.compile(f"[{_EAST}{_SOUTHEAST}]")
_RUN = re.compile(rf"(?P<east>[{_EAST}]+)|(?P<southeast>[{_SOUTHEAST}]+)|(?:(?![{_EAST}{_SOUTHEAST}])[\w{_MARKS}])+")
_WORD_LENGTH = {"east": 2, "southeast": 4}
"""Characters of a word on average, by which words are counted."""
_WINDOW = {"east": 3, "southeast": 7}
"""Characters of a piece. A pair of neighbours covers one more: as many as two words have."""


def shingles(normal: str) -> tuple[int, list[str]]:
    """Return how many words a normalized text has, and each pair of neighbours: its 2-grams, repeats included."""
    if _UNSPACED.search(normal) is None:
        pieces = _SPACED.findall(normal)
        words = len(pieces)
    else:
        words, pieces = _cut(normal)
    return words, list(map(" ".join, pairwise(pieces)))


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
