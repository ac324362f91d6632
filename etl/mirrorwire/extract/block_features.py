"""What is known of a page's text blocks, as numbers: who reads them, how they are built, and what stands around."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import accumulate, chain
from math import log1p

from mirrorwire.extract.normalize import letters
from mirrorwire.extract.text_blocks import MAX_SPELLED_CHARS, Place, TextBlock, spelling_of

PROSE_CHARS = 60
"""Shorter blocks are labels as often as text."""
NEAR_BLOCKS = 6
"""A short block that nobody reads is looked at only so near to one that somebody does."""
MIN_SPELLING = 16
"""A shorter spelling must be a reader's whole line, a longer one may stand within."""
MIN_TITLE_CHARS = 9
_FAR = 50
_WORD = re.compile(r"[^\W\d_]{3,}")
_ENDS = tuple(".!?…。！？؟।:;”\"»'’)]")
_TAGS = {
    "p": 1, "li": 2, "h1": 3, "h2": 4, "h3": 5, "h4": 6, "h5": 6, "h6": 6, "div": 7, "center": 7, "tr": 8,
    "blockquote": 9, "figcaption": 10, "figure": 10, "caption": 10, "section": 11, "article": 12, "main": 12, "dd": 13,
    "dt": 13, "time": 14, "address": 15, "pre": 16, "summary": 17, "body": 18, "header": 19, "footer": 20, "form": 21,
}  # fmt: skip
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
_GROUP = ("chars", "share", "ours", "theirs")
FEATURES = (
    "ours", "theirs", "readers", "chars", "linked", "tag", "end", "capital", "title_words", "described",
    "depth", "furniture", "content", "marked", "in_article", "listed", "position", "prose_before", "from_heading",
    "levels_to_heading", *(f"{group}_{name}" for group in ("alike", "box", "outer") for name in _GROUP),
    "from_ours", "from_theirs", "within_ours", "within_theirs", "near_ours", "near_theirs", "around_theirs",
    "agreement", "ours_to_theirs", "ours_chars", "theirs_chars", "page_prose", "ours_share", "theirs_share", "blocks",
    "previous_linked", "previous_readers", "next_linked", "next_readers", "second_linked", "second_readers",
    "heading_linked", "copies",
)  # fmt: skip
"""The names of a row's numbers, in their order. A model knows them by this order: one more means to train anew."""


class Reading:
    """The text that one reader found, asked which of a page's blocks it holds. `spellings` are those of its lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.spellings = [spelling_of(line) for line in lines]
        self._lines = frozenset(self.spellings)
        self._whole = "".join(self.spellings)

    def has_line(self, spelling: str) -> bool:
        """Return whether a block, by its spelling, is one of the text's lines, and not only in one."""
        return spelling in self._lines

    def holds(self, spelling: str) -> bool:
        """Return whether a block, by its spelling, stands in the text."""
        if spelling in self._lines:
            return bool(spelling)
        return len(spelling) >= MIN_SPELLING and spelling[:100] in self._whole


def block_rows(
    blocks: Sequence[TextBlock],
    ours: Reading,
    theirs: Reading,
    *,
    titles: Sequence[str],
    descriptions: Sequence[tuple[str, str]],
) -> list[list[float] | None]:
    """Return the row of `FEATURES` of each block; `None` for a short one far from whatever a reader holds."""
    page = _PageView(blocks, [ours, theirs], titles, descriptions)
    return [page.row(at) if page.counts(at) else None for at in range(len(blocks))]


def heading_block(blocks: Sequence[TextBlock], titles: Sequence[str]) -> int:
    """Return which block is the page's heading: the first that is one of its titles, else the first h1; -1 for none."""
    named = {letters(title) for title in titles if len(title) >= MIN_TITLE_CHARS}
    first = -1
    for at, block in enumerate(blocks):
        if block.place.tag in ("h1", "h2") and letters(block.text) in named:
            return at
        if first < 0 and block.place.tag == "h1":
            first = at
    return first


def build_of(place: Place) -> Hashable:
    """Return what blocks that are built alike share: tags and names of two elements around, and the article."""
    above = place.above
    return (place.tag, place.names, above and above.tag, above and above.names, place.home)


def is_prose(block: TextBlock) -> bool:
    """Return whether a block is running text, no heading or label and not mostly links."""
    return block.place.tag not in HEADINGS and block.chars >= PROSE_CHARS and block.linked * 2 < block.chars


def ends_a_sentence(text: str) -> bool:
    """Return whether a text ends as sentences do, in any script."""
    return text.endswith(_ENDS)


def line_of(place: Place | None) -> Iterator[Place]:
    """Yield a place and those above it, up to the page's root."""
    while place is not None:
        yield place
        place = place.above


class _Group:
    """The blocks that are built alike or share an element: what they say, and how much of it each reader holds."""

    __slots__ = ("chars", "held", "prose")

    def __init__(self) -> None:
        self.chars = 0
        self.prose = 0
        self.held = [0, 0]

    def numbers(self, page_prose: int) -> tuple[float, ...]:
        chars = self.chars or 1
        return (log1p(self.prose), self.prose / page_prose, self.held[0] / chars, self.held[1] / chars)


class _PageView:
    """The blocks of one page and what their rows share."""

    def __init__(
        self,
        blocks: Sequence[TextBlock],
        readings: Sequence[Reading],
        titles: Sequence[str],
        descriptions: Sequence[tuple[str, str]],
    ) -> None:
        self.blocks = blocks
        self.held = [[reading.holds(block.spelling) for block in blocks] for reading in readings]
        self.linked = [_linked(block) for block in blocks]
        self.distance = [_distances(held) for held in self.held]
        chars = [block.chars for block in blocks]
        prose = [block.chars if is_prose(block) else 0 for block in blocks]
        self.prose_before = [0, *accumulate(prose)]
        self.page_prose = self.prose_before[-1] or 1
        self.chars_before = [0, *accumulate(chars)]
        self.held_before = [[0, *accumulate(c * h for c, h in zip(chars, held, strict=True))] for held in self.held]
        self.groups = self._grouped(prose)
        self.title_words = frozenset(_WORD.findall(" ".join(titles).casefold()))
        self.description_words = frozenset(_WORD.findall(" ".join(text for _, text in descriptions).casefold()))
        self.heading = heading_block(blocks, titles)
        self.above_heading = frozenset(line_of(blocks[self.heading].place)) if self.heading >= 0 else frozenset()
        self.heading_before = self._headings_before()
        self.spans = [self._span(held) for held in self.held]
        self.shared = self._shared_numbers()

    def counts(self, at: int) -> bool:
        """Return whether a block may be text: it is long, or stands in or near what a reader holds."""
        near = min(self.distance[0][at], self.distance[1][at])
        return near < NEAR_BLOCKS or self.blocks[at].chars > PROSE_CHARS

    def row(self, at: int) -> list[float]:
        """Return the numbers of one block, in the order of `FEATURES`."""
        block, place = self.blocks[at], self.blocks[at].place
        ours, theirs = self.held[0][at], self.held[1][at]
        words = frozenset(_WORD.findall(block.text[:MAX_SPELLED_CHARS].casefold()))
        return [
            ours,
            theirs,
            ours + theirs,
            log1p(block.chars),
            self.linked[at],
            _TAGS.get(place.tag, 0),
            ends_a_sentence(block.text),
            block.text[:1].isupper(),
            len(words & self.title_words),
            len(words & self.description_words) / (len(words) or 1),
            place.depth,
            place.furniture,
            place.content,
            place.marked,
            place.home is not None,
            place.listed,
            at / len(self.blocks),
            self.prose_before[at] / self.page_prose,
            min(at - self.heading, 60) if self.heading >= 0 else -2,
            self._levels_to_heading(place),
            *chain.from_iterable(self.groups[at]),
            self.distance[0][at],
            self.distance[1][at],
            self.spans[0][0] <= at <= self.spans[0][1],
            self.spans[1][0] <= at <= self.spans[1][1],
            self._around(0, at, 3),
            self._around(1, at, 3),
            self._around(1, at, 10),
            *self.shared,
            *self._neighbour(at - 1),
            *self._neighbour(at + 1),
            *self._neighbour(at + 2),
            self.heading_before[at],
            block.copies,
        ]

    def _grouped(self, prose: Sequence[int]) -> list[list[tuple[float, ...]]]:
        """For each block, the numbers of the groups that it belongs to."""
        groups: dict[Hashable, _Group] = defaultdict(_Group)
        groups_of: list[list[_Group]] = []
        for at, block in enumerate(self.blocks):
            groups_of.append([groups[key] for key in _group_keys(block.place)])
            for group in groups_of[-1]:
                group.chars += block.chars
                group.prose += prose[at]
                for reader in (0, 1):
                    if self.held[reader][at]:
                        group.held[reader] += block.chars
        numbers = {group: group.numbers(self.page_prose) for group in groups.values()}
        return [[numbers[group] for group in of_block] for of_block in groups_of]

    def _levels_to_heading(self, place: Place) -> int:
        """How many levels up an element stands that also holds the heading."""
        levels = 0
        above: Place | None = place
        while above is not None and above not in self.above_heading:
            levels += 1
            above = above.above
        return levels

    def _headings_before(self) -> list[float]:
        """For each block, how much of the last subhead or heading before it stands in links."""
        linked, before = 0.0, []
        for at, block in enumerate(self.blocks):
            before.append(linked)
            if block.place.tag in HEADINGS:
                linked = self.linked[at]
        return before

    def _span(self, held: Sequence[bool]) -> tuple[int, int]:
        """The first and the last block of some length that a reader holds."""
        places = [at for at, block in enumerate(self.blocks) if held[at] and block.chars >= 40]
        return (places[0], places[-1]) if places else (len(self.blocks), -1)

    def _around(self, reader: int, at: int, reach: int) -> float:
        """The share of the characters near a block, its own left out, that a reader holds."""
        first, last = max(0, at - reach), min(len(self.blocks), at + reach + 1)
        own = self.blocks[at].chars
        chars = self.chars_before[last] - self.chars_before[first] - own
        held = self.held_before[reader][last] - self.held_before[reader][first] - own * self.held[reader][at]
        return held / chars if chars else 0.0

    def _shared_numbers(self) -> list[float]:
        ours, theirs = self.held_before[0][-1], self.held_before[1][-1]
        both = sum(b.chars for b, one, other in zip(self.blocks, *self.held, strict=True) if one and other)
        return [
            both / (ours + theirs - both or 1),
            ours / (theirs + 1),
            log1p(ours),
            log1p(theirs),
            log1p(self.page_prose),
            ours / self.page_prose,
            theirs / self.page_prose,
            len(self.blocks),
        ]

    def _neighbour(self, at: int) -> tuple[float, float]:
        if not 0 <= at < len(self.blocks):
            return 0, -1
        return self.linked[at], self.held[0][at] + self.held[1][at]


def _linked(block: TextBlock) -> float:
    return block.linked / (block.chars or 1)


def _group_keys(place: Place) -> tuple[Hashable, ...]:
    """By what a block is grouped: how it is built, the element around it, and the one around that."""
    return build_of(place), place.above, place.above and place.above.above


def _distances(held: Sequence[bool]) -> list[int]:
    """How many blocks away the nearest is, itself included, that a reader holds; at most `_FAR`."""
    distances = [_FAR] * len(held)
    for order in (range(len(held)), range(len(held) - 1, -1, -1)):
        distance = _FAR
        for at in order:
            distance = 0 if held[at] else min(distance + 1, _FAR)
            distances[at] = min(distances[at], distance)
    return distances
