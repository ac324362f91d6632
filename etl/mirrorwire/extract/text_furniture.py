"""Blocks that are no text of the article's by plain rules, whatever readers and model say."""

from __future__ import annotations

from collections.abc import Sequence

from mirrorwire.extract.block_features import HEADINGS, Reading, ends_a_sentence
from mirrorwire.extract.text_blocks import Place, TextBlock

MIN_LEFT_CHARS = 300
"""So much text must be left without menus, captions, notices and comments: else the page's own text stands in one."""
MAX_BESIDE_SHARE = 0.25
"""More of the text than this is no furniture in its midst."""
MAX_LINK_CHARS = 200
MIN_LINK_SHARE = 0.9
MAX_LABEL_CHARS = 30
MIN_LINKED_SHARE = 0.8
"""A heading with this much of it in a link is a link."""
TOP_BLOCKS = 5
"""Blocks from the first that our reader holds, in which labels of the byline stand."""
MIN_LINE_CHARS = 40
_LABELS = frozenset(("p", "div", "section", "header", "time", "address", "article", "main", "span", "center", "figure"))


def without_furniture(chosen: Sequence[TextBlock], blocks: Sequence[TextBlock], ours: Reading) -> list[TextBlock]:
    """Return the chosen blocks without menus, captions, notices about cookies and readers' comments, and without what
    our reader, which knows boxes and links, has left out in the midst of its text.
    """
    text = [block for block in chosen if not block.place.no_text]
    if sum(block.chars for block in text) < MIN_LEFT_CHARS:
        text = list(chosen)
    held = [at for at, block in enumerate(blocks) if block.chars >= MIN_LINE_CHARS and ours.holds(block.spelling)]
    if not held:
        return text
    place_of = {block: at for at, block in enumerate(blocks)}
    others = teasers(blocks)
    beside: set[TextBlock] = set()
    for block in text:
        at = place_of[block]
        inside = held[0] < at < held[-1] and (block in others or _is_beside(block))
        if inside and not ours.holds(block.spelling):
            beside.add(block)
        if at < held[0] + TOP_BLOCKS and _is_label(block) and not ours.has_line(block.spelling):
            beside.add(block)
    if sum(block.chars for block in beside) > MAX_BESIDE_SHARE * sum(block.chars for block in text):
        return text
    return [block for block in text if block not in beside]


def teasers(blocks: Sequence[TextBlock]) -> set[TextBlock]:
    """Return the blocks behind a heading that is a link, in the same box: another article's title and summary."""
    behind: set[TextBlock] = set()
    box: Place | None = None
    for block in blocks:
        if block.place.tag in HEADINGS:
            box = block.place.above if block.linked >= MIN_LINKED_SHARE * block.chars else None
        if box is not None and block.place.above is box:
            behind.add(block)
    return behind


def _is_beside(block: TextBlock) -> bool:
    """Whether a block stands in an aside, a figure or a box that is named as furniture, or is a link alone."""
    place = block.place
    is_link = place.tag in ("p", "div") and block.chars < MAX_LINK_CHARS
    return place.beside or place.furniture <= 1 or (is_link and block.linked >= MIN_LINK_SHARE * block.chars)


def _is_label(block: TextBlock) -> bool:
    """Whether a block is a few words that end no sentence, and no heading or item of a list or table."""
    return block.chars < MAX_LABEL_CHARS and block.place.tag in _LABELS and not ends_a_sentence(block.text)
