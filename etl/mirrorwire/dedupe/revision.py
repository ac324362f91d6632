"""What changed between two versions of an article: how far they lie apart, of what kind the change is, piece by piece.

`minor` must be certain, so whatever might change what is said is `major`: numbers, signs of currency, words of three
letters, any word that is not written small. Case tells a name from a word; where a script has no case, no word counts
as a typo.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, get_args
from unicodedata import normalize

from mirrorwire.dedupe.normalize import normalized

Change = Literal["minor", "major", "correction"]
CHANGES: tuple[Change, ...] = get_args(Change)

SIMHASH_BITS = 64
MIN_TYPO_LETTERS = 4
"""Shorter words lie too close to others: now and not, was and has."""
TWO_TYPOS_LETTERS = 8
"""In a word of so many letters two may be wrong."""

# A number is one token with its points and commas: 1,500 and 1.500 are two numbers. A sign of money or share counts.
_TOKEN = re.compile(
    r"\d+(?:[.,:/\u066b\u066c]\d+)*|[^\W\d]+|[%\u2030$\u00a2-\u00a5\u058f\u060b\u0e3f\u20a0-\u20cf\ufdfc]"
)
_NUMBER_WORDS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion "
    "hundreds thousands millions billions trillions first second third fourth fifth sixth seventh eighth ninth tenth "
    "once twice half third quarter".split()
)
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a version says; `corrections` are its correction notes, as they stand on the page."""

    title: str
    text: str
    corrections: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """How a version differs from the one before it in time. `distance_bits` is of 64."""

    change: Change
    distance_bits: int


def revision(before: Content, after: Content) -> Revision:
    """Return the kind of a change and the distance of the texts."""
    return Revision(change=change_of(before, after), distance_bits=distance_bits(before.text, after.text))


def distance_bits(before: str, after: str) -> int:
    """Return the Hamming distance, 0 to 64, of the SimHashes of two texts, normalized."""
    a, b = normalized(before), normalized(after)
    return 0 if a == b else (_simhash(a) ^ _simhash(b)).bit_count()


def change_of(before: Content, after: Content) -> Change:
    """Return the kind of a change; a note of correction that was not there before outweighs all else."""
    known = {normalized(note) for note in before.corrections}
    if any(normalized(note) not in known for note in after.corrections):
        return "correction"
    both = ((before.title, after.title), (before.text, after.text))
    return "minor" if all(_only_typos(_tokens(a), _tokens(b)) for a, b in both) else "major"


def _simhash(text: str) -> int:
    from trafilatura.deduplication import Simhash  # noqa: PLC0415 - half a second, and most loads meet no revision

    return int(Simhash(text, length=SIMHASH_BITS).hash)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(normalize("NFKC", text))


def _only_typos(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether two texts say the same but for slips; one walk through both, so that no text can make it long."""
    i = j = 0
    while i < len(old) or j < len(new):
        a, b = old[i : i + 2], new[j : j + 2]
        if a and b and (a[0].casefold() == b[0].casefold() or _is_typo(a[0], b[0])):
            i, j = i + 1, j + 1
        elif len(a) == 2 and b and _is_joined(a, b[0]):
            i, j = i + 2, j + 1
        elif len(b) == 2 and a and _is_joined(b, a[0]):
            i, j = i + 1, j + 2
        elif _is_doubled(old, i):
            i += 1
        elif _is_doubled(new, j):
            j += 1
        else:
            return False
    return True


def _is_doubled(words: Sequence[str], n: int) -> bool:
    """Whether a word only repeats the one before it: "the the"."""
    return 0 < n < len(words) and words[n].isalpha() and words[n].casefold() == words[n - 1].casefold()


def _is_joined(two: Sequence[str], one: str) -> bool:
    return one == "".join(two) and all(map(_is_plain, (*two, one)))


def _is_plain(word: str) -> bool:
    return word.isalpha() and word.islower() and word not in _NUMBER_WORDS


def _is_typo(old: str, new: str) -> bool:
    """Whether two words differ only by slips: letters dropped, added, mistaken or swapped behind the first."""
    if not (_is_plain(old) and _is_plain(new)) or old[0] != new[0]:
        return False
    shorter = min(len(old), len(new))
    if shorter < MIN_TYPO_LETTERS:
        return False
    return _slips(old, new) <= (2 if shorter >= TWO_TYPOS_LETTERS else 1)


def _slips(a: str, b: str) -> int:
    """The optimal string alignment distance: swapping two neighbours is one slip."""
    if abs(len(a) - len(b)) > 2:
        return 3
    before, last = list[int](), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and y == a[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


Kind = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A title or a paragraph in two versions. `words` are runs of text, each the same, added or removed."""

    part: Literal["title", "text"]
    kind: Kind
    before: str | None
    after: str | None
    words: tuple[tuple[Kind, str], ...]


MAX_PIECES = 2_000
"""Of so many words of a paragraph, and paragraphs of a text, each is compared with each; longer ones as a whole."""
MAX_AHEAD = 10
"""How many paragraphs further on an earlier wording is looked for."""
ALIKE = 0.5
"""Share of common words from which one paragraph is another's new wording."""


def difference(before: Content, after: Content) -> tuple[Piece, ...]:
    """Return title and paragraphs in reading order, what is the same included."""
    pieces = [_compared("title", before.title, after.title)]
    old, new = before.text.split("\n"), after.text.split("\n")
    for tag, a0, a1, b0, b1 in _opcodes(old, new):
        if tag == "equal":
            pieces += [_compared("text", line, line) for line in old[a0:a1]]
        else:
            pieces += _paragraphs(old[a0:a1], new[b0:b1])
    return tuple(pieces)


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if max(len(old), len(new)) > MAX_PIECES:  # the time it takes grows with the square
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """Pair each new paragraph with the next old one that it rewords; what has none was removed or added."""
    n = 0
    for line in new:
        fellow = next((m for m in range(n, min(n + MAX_AHEAD, len(old))) if _alike(old[m], line)), None)
        if fellow is None:
            yield _compared("text", None, line)
            continue
        yield from (_compared("text", gone, None) for gone in old[n:fellow])
        yield _compared("text", old[fellow], line)
        n = fellow + 1
    yield from (_compared("text", gone, None) for gone in old[n:])


def _alike(a: str, b: str) -> bool:
    x, y = Counter(_TOKEN.findall(normalized(a))), Counter(_TOKEN.findall(normalized(b)))
    return (x & y).total() * 2 >= ALIKE * (x.total() + y.total()) > 0


def _compared(part: Literal["title", "text"], before: str | None, after: str | None) -> Piece:
    if before is None or after is None:
        kind: Kind = "added" if before is None else "removed"
        return Piece(part=part, kind=kind, before=before, after=after, words=((kind, before or after or ""),))
    if before == after:
        return Piece(part=part, kind="same", before=before, after=after, words=(("same", before),))
    return Piece(part=part, kind="changed", before=before, after=after, words=tuple(_words(before, after)))


def _words(before: str, after: str) -> Iterator[tuple[Kind, str]]:
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    for tag, a0, a1, b0, b1 in _opcodes(old, new):
        if tag == "equal":
            yield "same", "".join(old[a0:a1])
            continue
        if a1 > a0:
            yield "removed", "".join(old[a0:a1])
        if b1 > b0:
            yield "added", "".join(new[b0:b1])
