"""Where the article's text stands: the page's main paragraphs, and the element that holds them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lxml import etree, html

from mirrorwire.extract.normalize import letters
from mirrorwire.extract.page import fold, inline

MIN_PARAGRAPH_CHARS = 60
MIN_CONTAINER_CHARS = 600
"""With less text than this in alike paragraphs, the page's main part is a guess."""
MAX_WIDENED = 2
MIN_LIKE_SHARE = 0.15
"""Other paragraphs of the same article element count as main ones when they are this much beside the largest set."""
_ASIDE = ("article", "aside", "nav", "footer", "figure", "form", "blockquote", "li")
_BARE = ("div", "span")
_BOXES = frozenset(("div", "section", "article", "main", "td"))
_WORDS = frozenset(
    ("a", "b", "strong", "i", "em", "span", "u", "sup", "sub", "small", "abbr", "time", "mark", "font", "q")
)
_BROKEN = _BOXES | {"font", "span", "center"}
_FRAMES = ("aside", "nav", "footer", "figure", "form", "blockquote", "li")
NO_TEXT = re.compile(
    r"cookie|consent|onetrust|gdpr|privacy-|usercentrics|didomi|disqus|"
    r"(?:^|[-_\s])comments?(?:[-_]?(?:list|section|area|content|body|text|thread|item|wrap(?:per)?))?(?:$|\s)",
    re.I,
)
_SUBHEADS = ("h2", "h3", "h4", "h5")
_DENSE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph, subhead or list item as the page shows it. `start` is what it is known by, whoever reads it."""

    text: str
    start: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Main:
    """The page's main paragraphs, in its order, and the deepest element that holds them all.

    `holders` are the elements that main paragraphs stand in, up to the page's root, and those that are one without
    being a `p`.
    """

    paragraphs: list[Paragraph] = field(default_factory=list)
    container: Any = None
    holders: frozenset[Any] = frozenset()


def bulk(text: str) -> int:
    """Return a text's length in Latin characters: scripts without spaces, and Hangul, say as much in half of them."""
    return len(text) if text.isascii() else len(text) + len(_DENSE.findall(text))


def start_of(text: str) -> str:
    """Return what a paragraph is known by, whichever step read it."""
    return letters(text[:120])[:50]


def find_main(tree: html.HtmlElement) -> Main:
    """Return the largest set of paragraphs that are built alike, with the subheads and lists between them.

    Alike means: same tag and class, same parent's tag and class, in one article element. Where `p` elements say too
    little, boxes of mere words are the paragraphs. The container also holds the
    other paragraphs of that article element; it is `None` where it would be the whole page, or holds too little text.
    """
    texts: dict[Any, str] = {}
    groups, sizes = _alike(tree, ("p",), texts)
    if max(sizes.values(), default=0) < MIN_CONTAINER_CHARS:
        bare = _alike(tree, _BARE, texts)
        if max(bare[1].values(), default=0) >= MIN_CONTAINER_CHARS:
            groups, sizes = bare
    best = max(groups, key=lambda build: sizes[build], default=None)
    broken = _broken(
        tree, known=0 if best is None else sizes[best], in_article=best is not None and best.home is not None
    )
    if broken is not None:
        return broken
    if best is None:
        return Main()
    paragraphs: list[Paragraph] = []
    for parent in dict.fromkeys(element.getparent() for element in groups[best]):
        paragraphs += _run(parent, best, texts)
    if sizes[best] < MIN_CONTAINER_CHARS:
        return Main(paragraphs=paragraphs)
    near = [same for same in groups if same.home is best.home]
    # The element around the first and the last of some is around all: they are in the page's order.
    members: list[Any] = []
    for same in [best] if best.home is None else near:
        members += groups[same][0], groups[same][-1]
    like: list[Any] = []
    for same in near:
        if sizes[same] > MIN_LIKE_SHARE * sizes[best]:
            like += groups[same]
    holders: set[Any] = {paragraph for paragraph in like if paragraph.tag != "p"}
    for parent in dict.fromkeys(paragraph.getparent() for paragraph in like):
        up = parent
        while up is not None and up not in holders:
            holders.add(up)
            up = up.getparent()
    return Main(paragraphs=paragraphs, container=_widened(_around(members)), holders=frozenset(holders))


def _widened(container: Any) -> Any:
    """The container, or the element around it where the text's first paragraphs stand before it: the part that is free
    to read, and then a box with the rest."""
    for _ in range(MAX_WIDENED):
        above = container.getparent() if container is not None else None
        if above is None or above.tag in ("html", "body"):
            break
        before = (paragraph for paragraph in container.itersiblings("p", preceding=True))
        if not any(
            bulk(text := inline(paragraph)) >= MIN_PARAGRAPH_CHARS and not mostly_links(paragraph, len(text))
            for paragraph in before
        ):
            break
        container = above
    return container


class _Build(NamedTuple):
    """How a paragraph is built: those of one article are alike."""

    tag: str
    names: str | None
    parent: str
    parent_names: str | None
    home: Any


def _alike(
    tree: html.HtmlElement, tags: tuple[str, ...], texts: dict[Any, str]
) -> tuple[dict[_Build, list[Any]], dict[_Build, int]]:
    """The paragraphs that elements of these tags are, by how they are built, and how much each sort says.

    What is read is added to `texts`.
    """
    groups: dict[_Build, list[Any]] = defaultdict(list)
    sizes: dict[_Build, int] = defaultdict(int)
    repeated: set[str] = set()  # what a page says again and again, in place of each thing it may not load, is no text
    for element in tree.iter(*tags):
        parent = element.getparent()
        if parent is None or (element.tag != "p" and not _is_bare(element, parent)):
            continue
        text = texts[element] = inline(element)
        size = bulk(text)
        if size < MIN_PARAGRAPH_CHARS or text in repeated or mostly_links(element, len(text)):
            continue
        home = next(element.iterancestors(*_ASIDE), None)
        if home is not None and home.tag != "article":
            continue
        repeated.add(text)
        same = _Build(element.tag, element.get("class"), parent.tag, parent.get("class"), home)
        groups[same].append(element)
        sizes[same] += size
    for same in [build for build in sizes if sizes[build] >= MIN_CONTAINER_CHARS / 2]:
        parents = dict.fromkeys(element.getparent() for element in groups[same])
        if foreign := {parent for parent in parents if _is_no_text(parent)}:
            groups[same] = [paragraph for paragraph in groups[same] if paragraph.getparent() not in foreign]
            sizes[same] = sum(bulk(texts[paragraph]) for paragraph in groups[same])
            if not groups[same]:
                del groups[same], sizes[same]
    return groups, sizes


def _list_items(listing: Any) -> list[str]:
    """The texts of a list's items, those left out that are mostly links."""
    items: list[str] = []
    for item in listing:
        text = inline(item) if item.tag == "li" else ""
        if item.tag == "li" and not mostly_links(item, len(text)):
            items.append(text)
    return items


def _broken(tree: html.HtmlElement, known: int, in_article: bool) -> Main | None:
    """The largest text that stands in a box with nothing but line breaks between its paragraphs, as old systems and
    editors by hand write it; `None` if it says no more than the `known` characters of paragraphs. Where those stand in
    an article element, it must too: long texts about cookies and rights are written so on many pages."""
    texts: dict[tuple[Any, ...], list[tuple[Any, list[str]]]] = defaultdict(list)
    for box in dict.fromkeys(line_break.getparent() for line_break in tree.iter("br")):
        if box is None or box.tag not in _BROKEN or not _may_be_text(box, in_article):
            continue
        lines = [line for line in _own_lines(box) if bulk(line) >= MIN_PARAGRAPH_CHARS]
        above = box.getparent()
        if lines and above is not None and not mostly_links(box, len(inline(box))):
            texts[box.tag, box.get("class"), above.tag, above.get("class")].append((box, lines))
    sizes: dict[tuple[Any, ...], int] = {}
    for build, boxes_of_build in texts.items():
        sizes[build] = sum(sum(map(bulk, lines)) for _, lines in boxes_of_build)
    best = max(texts, key=lambda build: sizes[build], default=None)
    if best is None or sizes[best] <= max(known, MIN_CONTAINER_CHARS):
        return None
    boxes = [box for box, _ in texts[best]]
    container = boxes[0] if len(boxes) == 1 else _around([boxes[0], boxes[-1]])
    holders = {up for box in boxes for up in (box, *box.iterancestors())}
    paragraphs: list[Paragraph] = []
    for _, lines in texts[best]:
        paragraphs += [Paragraph(text=line, start=start_of(line)) for line in lines]
    return Main(paragraphs=paragraphs, container=container, holders=frozenset(holders))


def _may_be_text(box: Any, in_article: bool) -> bool:
    """Whether a box stands outside the page's frame and its notices about cookies."""
    above = [*box.iterancestors()]
    if any(up.tag in _FRAMES for up in above) or (in_article and all(up.tag != "article" for up in above)):
        return False
    return not _is_no_text(box)


def _is_no_text(element: Any) -> bool:
    """Whether an element stands in a notice about cookies or among readers' comments."""
    return any(
        up.tag not in ("html", "body") and NO_TEXT.search(f"{up.get('class') or ''} {up.get('id') or ''}"[:300])
        for up in (element, *element.iterancestors())
    )


def _own_lines(box: Any) -> list[str]:
    """The lines of a box's own text and words, apart where a break or a block stands."""
    lines: list[list[str]] = [[box.text or ""]]
    for child in box:
        if child.tag in _WORDS:
            lines[-1].append(inline(child))
        else:
            lines.append([])
        lines[-1].append(child.tail or "")
    return [fold("".join(parts)) for parts in lines]


def _is_bare(element: etree._Element, parent: etree._Element) -> bool:
    """Whether a box holds a paragraph that nobody has marked as one: text, and nothing but words in it."""
    if parent.tag not in _BOXES or not (element.text or any(kid.tail for kid in element)):
        return False
    return all(kid.tag in _WORDS for kid in element)


def mostly_links(element: etree._Element, chars: int) -> bool:
    """Whether more than half of an element's text of `chars` characters are links."""
    return sum(len(inline(link)) for link in element.iter("a")) > chars / 2


def _around(members: Iterable[etree._Element]) -> Any:
    """The deepest element that holds all members, `None` where that is the whole body."""
    shared: list[etree._Element] | None = None
    for parent in dict.fromkeys(member.getparent() for member in members):
        line = [parent, *parent.iterancestors()][::-1] if parent is not None else []
        if shared is None:
            shared = line
        else:
            same = next((at for at, pair in enumerate(zip(shared, line, strict=False)) if pair[0] is not pair[1]), None)
            shared = shared[: min(len(shared), len(line)) if same is None else same]
    return shared[-1] if shared and shared[-1].tag not in ("html", "body") else None


def _run(parent: Any, like: _Build, texts: Mapping[Any, str]) -> list[Paragraph]:
    """The paragraphs among an element's children, with the subheads and lists between and right behind them.

    `texts` are those of elements that were read before.
    """
    run: list[str] = []
    waiting: list[str] = []  # subheads and list items, until a paragraph or a list behind them says that they belong
    for child in parent:
        text = texts[child] if child in texts else inline(child)
        if child.tag in _SUBHEADS:
            waiting.append(text)
        elif child.tag in ("ul", "ol"):
            items = _list_items(child)
            if run and len(items) == len(child):
                run += [*waiting, *items]
            waiting = []
        elif child.tag == like.tag and child.get("class") == like.names and not mostly_links(child, len(text)):
            run += [*(waiting if run else waiting[-1:]), text]
            waiting = []
        elif text:
            waiting = []
    return [Paragraph(text=text, start=start_of(text)) for text in run if text]
