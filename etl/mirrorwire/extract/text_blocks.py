"""A page's text in blocks, in the page's order: each line that readers see, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from mirrorwire.extract.blocks import FURNITURE, is_embedded_post
from mirrorwire.extract.container import NO_TEXT, bulk
from mirrorwire.extract.normalize import letters
from mirrorwire.extract.page import fold

_SKIPPED = frozenset(
    "head button select option dialog iframe noscript audio video textarea input link meta label menu template script "
    "style svg object embed canvas map progress title rt rp".split()
)
_MENUS = frozenset(("nav", "footer"))
_NO_TEXT_TAGS = frozenset(("nav", "footer", "figcaption"))
_BLOCKS = frozenset(
    "html body div section article main center fieldset form header footer nav aside figure figcaption time address p "
    "h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table caption tbody thead tfoot tr hr details summary".split()
)
_CELLS = frozenset(("td", "th"))
_LISTS = frozenset(("ul", "ol", "dl"))
_CONTENT = re.compile(
    r"(?:^|[-_\s])(?:article|story|post|entry|news|page|main|blog|detail|text|single|node|field|rich-?text)?[-_]*"
    r"(?:body|content|text|copy|articlebody|article|story|paragraphs?|entry|main|wysiwyg|prose)(?:$|[-_\s])",
    re.I,
)
_NO_DIGITS = str.maketrans(dict.fromkeys("0123456789"))
"""Classes that count (`card-7`) mean the same."""
MAX_NAMES_CHARS = 300
MIN_COPY_CHARS = 50
MAX_BLOCK_CHARS = 3_000
MAX_SPELLED_CHARS = 300
"""By so much of their beginnings lines are known."""
FAR = 9
"""Stands for no such element above within so many levels."""


class Place:
    """An element that sets its text apart from what is before and behind it, and what is known of those above it.

    `names` is its class, or its id without one, digits left out. `furniture` and `content` are the levels up to an
    element that is named as no text of the article's, or as one (0: itself; `FAR`: none so near). `home` is the
    `article` or `main` element around, `listed` whether it stands in a list, `marked` whether in what schema.org's
    `articleBody` marks. `beside` is for what stands in an aside or a figure, `no_text` for menus, captions, notices
    about cookies, and readers' comments.
    """

    __slots__ = (
        "above", "beside", "content", "depth", "furniture", "home", "listed", "marked", "names", "no_text", "tag",
    )  # fmt: skip

    def __init__(self, element: Any, above: Place | None) -> None:
        self.above = above
        self.tag: str = element.tag
        self.names: str = (element.get("class") or element.get("id") or "")[:MAX_NAMES_CHARS].translate(_NO_DIGITS)
        furniture, content, no_text = _meaning(self.names) if self.names else (False, False, False)
        self.furniture = 0 if furniture else FAR
        self.content = 0 if content else FAR
        self.home: Place | None = self if self.tag in ("article", "main") else None
        self.listed = self.tag in _LISTS
        self.no_text = self.tag in _NO_TEXT_TAGS or (no_text and self.tag not in ("html", "body"))
        self.beside = self.tag in ("aside", "figure")
        self.marked = "articleBody" in (element.get("itemprop") or "")
        self.depth = 0
        if above is not None:
            self.furniture = min(self.furniture, above.furniture + 1)
            self.content = min(self.content, above.content + 1)
            self.home = above.home if self.home is None else self.home
            self.listed = self.listed or above.listed
            self.no_text = self.no_text or above.no_text
            self.beside = self.beside or above.beside
            self.marked = self.marked or above.marked
            self.depth = above.depth + 1


class TextBlock:
    """One line of a page and its place. `chars` and `linked`, those in links, are counted as `bulk` counts.

    A line of more than `MAX_BLOCK_CHARS` counts as that many: else one that a machine wrote would be the page.

    `copies` is how often it stands on the page, `spelling` what it is known by, whoever reads it.
    """

    __slots__ = ("chars", "copies", "linked", "place", "spelling", "text")

    def __init__(self, text: str, linked: str, place: Place) -> None:
        self.text = text
        self.chars = min(bulk(text), MAX_BLOCK_CHARS)
        if linked == text:
            self.linked = self.chars
        else:
            self.linked = min(bulk(fold(linked)), MAX_BLOCK_CHARS) if linked else 0
        self.place = place
        self.spelling = spelling_of(text)
        self.copies = 1


def spelling_of(line: str) -> str:
    """Return what a line is known by: the letters of its beginning."""
    return letters(line[:MAX_SPELLED_CHARS])


def text_blocks(tree: Any) -> list[TextBlock]:
    """Return the page's lines in order, without what browsers do not show as text. Reads the tree, changes nothing.

    A line of some length that stands again in another box is left out there: pages hold their text twice, for wide
    screens and for narrow ones.
    """
    blocks: list[TextBlock] = []
    first: dict[str, TextBlock] = {}
    for block in _walk(tree):
        before = first.setdefault(block.text, block)
        if before is block:
            blocks.append(block)
            continue
        before.copies += 1
        block.copies = before.copies
        if block.chars < MIN_COPY_CHARS or block.place.above is before.place.above:
            blocks.append(block)
    return blocks


def _walk(tree: Any) -> Iterator[TextBlock]:  # noqa: PLR0912 - one walk, a branch a kind of node
    pieces: list[str] = []
    links: list[str] = []
    # Elements to enter, with the place around and whether they stand in a link; a string is a tail, `None` an end.
    waiting: list[tuple[Any, Place, bool]] = [(tree, Place(tree, None), False)]
    while waiting:
        node, place, linked = waiting.pop()
        if isinstance(node, str):
            pieces.append(node)
            if linked:
                links.append(node)
            continue
        tag = "br" if node is None else node.tag
        if tag == "br" or tag in _BLOCKS:
            if pieces:
                if line := fold("".join(pieces)):
                    yield TextBlock(line, " ".join(links), place)
                pieces.clear()
                links.clear()
            if tag == "br" or _is_passed(node, tag):
                continue
            place = Place(node, place)
            waiting.append((None, place, linked))
        elif tag in _SKIPPED:
            if not _left_open(node):
                continue
        elif tag == "a":
            linked = True
        elif tag in _CELLS:
            pieces.append(" ")
        for child in reversed(node):
            # White space behind a block begins a line, and says nothing there.
            if (tail := child.tail) and (not tail.isspace() or child.tag not in _BLOCKS):
                waiting.append((tail, place, linked))
            waiting.append((child, place, linked))
        if (text := node.text) and (pieces or not text.isspace()):
            pieces.append(text)
            if linked:
                links.append(text)


def _is_passed(node: Any, tag: str) -> bool:
    """Whether a block holds nothing that may be text: a menu without a paragraph, an embedded post."""
    if tag in _MENUS:
        return next(node.iter("p", "article", "main", "h1"), None) is None
    return tag == "blockquote" and is_embedded_post(node)


def _left_open(node: Any) -> bool:
    """Whether a button or its like holds the page itself, as one does that was never closed."""
    return next(node.iter("article", "main", "h1"), None) is not None


@lru_cache(maxsize=8192)
def _meaning(names: str) -> tuple[bool, bool, bool]:
    """Whether an element's names call it furniture, a text, and a notice about cookies or readers' comments."""
    return FURNITURE.search(names) is not None, _CONTENT.search(names) is not None, NO_TEXT.search(names) is not None
