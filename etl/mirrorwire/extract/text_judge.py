"""Which of a page's blocks are the article's text: two readers and what is known of each block, judged by a model.

trafilatura and our own reader fail on different pages. Neither is believed as a whole: a block is judged by who holds
it, by those that are built like it, by where it stands and by what the page says of itself (`block_features`). The
model is trained by `benchmarks/train_text.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from mirrorwire.extract.block_features import (
    FEATURES,
    Reading,
    block_rows,
    build_of,
    heading_block,
    is_prose,
    line_of,
)
from mirrorwire.extract.container import bulk
from mirrorwire.extract.forest import forest, log_odds
from mirrorwire.extract.text_blocks import Place, TextBlock
from mirrorwire.extract.text_furniture import teasers, without_furniture

MODEL = "text_model.json"
MIN_PROBABILITY = 0.45
MIN_AGREEMENT = 0.4
"""Readers that share less of what they hold differ grossly."""
MIN_HELD = 0.5
"""A text with less than this of what one reader holds may be cut off."""
MIN_TEXT_CHARS = 25
"""Less is a label: the page shows no text."""
MIN_ALIKE_SHARE = 0.85
MIN_ALIKE_CHARS = 20
REACH = 3
"""Blocks before the first and behind the last that was chosen which may be text as well."""
MIN_OWN_SHARE = 0.3
"""An `article` or `main` around the heading with less than this of the text holds an introduction."""
MIN_BOX_CHARS = 300
MIN_BOX_SHARE = 0.5
MIN_DOUBT_CHARS = 600
"""Of less text than this, shares say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedText:
    """The lines of the text, in the page's order, and what raises doubts about them, with numbers."""

    lines: list[str]
    doubts: tuple[str, ...] = ()


def page_prose(blocks: Sequence[TextBlock]) -> int:
    """Return how many characters of running text a page shows, links and labels left out."""
    return sum(block.chars for block in blocks if is_prose(block))


def judge_text(
    blocks: Sequence[TextBlock],
    ours: Sequence[str],
    theirs: Sequence[str],
    *,
    titles: Sequence[str],
    descriptions: Sequence[tuple[str, str]],
) -> JudgedText:
    """Return the text among a page's blocks, by the lines that our reader and trafilatura found."""
    readings = Reading(ours), Reading(theirs)
    rows = block_rows(blocks, *readings, titles=titles, descriptions=descriptions)
    model = forest(MODEL, FEATURES)
    least = log_odds(MIN_PROBABILITY)
    chosen = [row is not None and model.is_likely(row, least) for row in rows]
    text = without_furniture(_completed(chosen, blocks), blocks, readings[0])
    text = _of_the_heading(text, blocks, heading_block(blocks, titles))
    lines = [block.text for block in text]
    if not lines:
        lines = list(max(ours, theirs, key=lambda text: sum(map(bulk, text))))
    if sum(map(bulk, lines)) < MIN_TEXT_CHARS:
        lines = []
    return JudgedText(lines=lines, doubts=tuple(_doubts(lines, ours, theirs, readings)))


def _completed(chosen: Sequence[bool], blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """The chosen blocks, and the few that are built like them and were not: in a list of cards the last is one too."""
    places = [at for at, is_chosen in enumerate(chosen) if is_chosen]
    if not places:
        return []
    chars: Counter[Hashable] = Counter()
    chosen_chars: Counter[Hashable] = Counter()
    builds = [build_of(block.place) for block in blocks]
    for block, build, is_chosen in zip(blocks, builds, chosen, strict=True):
        chars[build] += block.chars
        chosen_chars[build] += block.chars * is_chosen
    text: list[TextBlock] = []
    for at, (block, build) in enumerate(zip(blocks, builds, strict=True)):
        near = places[0] - REACH <= at <= places[-1] + REACH
        alike = chosen_chars[build] >= MIN_ALIKE_SHARE * chars[build]
        says_something = block.chars >= MIN_ALIKE_CHARS and block.linked * 2 < block.chars
        if chosen[at] or (near and alike and says_something):
            text.append(block)
    return text


def _of_the_heading(chosen: list[TextBlock], blocks: Sequence[TextBlock], heading: int) -> list[TextBlock]:
    """The text that belongs to the page's heading, where that is plain: never another article's, a pop-up's, a box's.

    The heading's own `article` or `main`, where it holds much of what was chosen, has all of it; teasers elsewhere do
    not count. A text without a word from around the heading gives way to what stands there, where that says about as
    much.
    """
    if heading < 0 or not chosen:
        return chosen
    home = blocks[heading].place.home
    total = sum(block.chars for block in chosen)
    if home is not None:
        own = [block for block in chosen if _stands_in(block, home)]
        others = teasers(blocks).difference(own)
        rivals = sum(block.chars for block in chosen if block not in others)
        if own and sum(block.chars for block in own) >= MIN_OWN_SHARE * rivals:
            return own
    box = _box_of(blocks, heading)
    if sum(block.chars for block in box) < max(MIN_BOX_CHARS, MIN_BOX_SHARE * total):
        return chosen
    return chosen if {*box} & {*chosen} else box


def _box_of(blocks: Sequence[TextBlock], heading: int) -> list[TextBlock]:
    """The running text of the smallest element around the heading that has some behind it; none of the whole page."""
    levels: dict[Place, int] = {}
    for level, place in enumerate(line_of(blocks[heading].place.above)):
        if place.tag in ("html", "body"):
            break
        levels[place] = level
    behind = [block for block in blocks[heading + 1 :] if is_prose(block)]
    level_of = {block: _first_of(levels, block.place) for block in behind}
    chars: Counter[int] = Counter()
    for block, level in level_of.items():
        chars[level] += block.chars
    within = 0
    for level in range(len(levels)):
        within += chars[level]
        if within >= MIN_BOX_CHARS:
            return [block for block in behind if level_of[block] <= level]
    return []


def _first_of(levels: Mapping[Place, int], place: Place) -> int:
    """The level of the first of a place and those above it that has one, else more than any has."""
    return next((levels[above] for above in line_of(place) if above in levels), len(levels))


def _stands_in(block: TextBlock, place: Place) -> bool:
    return any(above is place for above in line_of(block.place))


def _doubts(
    lines: Sequence[str], ours: Sequence[str], theirs: Sequence[str], readings: tuple[Reading, Reading]
) -> list[str]:
    """What a user should know of a text: that a reader holds far more, or that the two hold different ones."""
    chars = sum(map(bulk, lines))
    held = [sum(map(bulk, text)) for text in (ours, theirs)]
    doubts: list[str] = []
    if max(held) > MIN_DOUBT_CHARS and chars < MIN_HELD * max(held):
        doubts.append(f"cut off: the text has {chars} characters, a reader found {max(held)}")
    if min(held) > MIN_DOUBT_CHARS:
        spelled = zip(theirs, readings[1].spellings, strict=True)
        both = sum(bulk(line) for line, spelling in spelled if readings[0].holds(spelling))
        shared = both / (held[0] + held[1] - both)
        if shared < MIN_AGREEMENT:
            doubts.append(f"readers differ: they share {shared:.0%} of {held[0]} and {held[1]} characters")
    return doubts
