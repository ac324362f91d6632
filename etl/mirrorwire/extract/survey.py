"""One walk over a page: how much running text it shows, of its own and in teasers, and how much of it is links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import html

from mirrorwire.extract.page import text_before

OPENING_CHARS = 6_000
PROSE_RUN_WIDTH = 45
"""Shorter stretches of text are labels as often as sentences."""
TEASER_WIDTH = 800
"""A card has less running text than this after its heading; what runs on longer is a text of its own."""
HEADLINE_WIDTH = 25
_FRAME = frozenset({"nav", "footer", "aside", "button", "form", "dialog", "textarea", "label"})
_HEADINGS = frozenset({"h2", "h3", "h4"})
_UNSHOWN = frozenset({"head", "noscript", "option", "script", "style", "template", "iframe"})
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff01-\uff60]+")


@dataclass(slots=True, kw_only=True)
class Survey:
    """What a page shows outside its frame (navigation, footer, forms), measured in `width`."""

    prose: int = 0
    shown: int = 0
    link_text: int = 0
    links: int = 0
    teasers: int = 0
    """Headings that are links."""
    headlines: int = 0
    """Links that stand alone and are long enough for a headline, headings among them."""
    password: bool = False
    opening: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    _runs: tuple[list[int], list[int]] = field(default_factory=lambda: ([0], [0]))

    @property
    def own(self) -> int:
        """Running text that is no teaser's: before the first heading that is a link, or long after one."""
        return _own(self._runs[0])

    @property
    def own_of_headlines(self) -> int:
        """The same where every link that stands alone is taken for a headline: lists without headings."""
        return _own(self._runs[1])


def width(text: str) -> int:
    """Return the length of text on one line, where a letter of Chinese, Japanese or Korean counts as two.

    So that limits on running text mean about as much in each script.
    """
    text = " ".join(text.split())
    return len(text) if text.isascii() else len(text) + sum(map(len, _WIDE.findall(text)))


def survey(tree: html.HtmlElement) -> Survey:  # noqa: PLR0912 - one walk, a branch a kind of element
    """Return what one walk over the page counted. Running text is a stretch of text outside links and the frame."""
    seen = Survey()
    chars = 0
    # Elements still to enter, or (text, framed, linked) of a tail that follows one.
    waiting: list[tuple[Any, bool, bool]] = [(tree, False, False)]
    while waiting:
        node, framed, linked = waiting.pop()
        if isinstance(node, str):
            _count(seen, node, framed, linked)
            continue
        tag = node.tag
        if tag in _UNSHOWN or not isinstance(tag, str):
            continue
        if tag in _FRAME:
            # An unclosed <aside> before the article is a common slip: the article's own element counts for more.
            if next(node.iter("article", "main"), None) is None:
                if chars < OPENING_CHARS:
                    words = " ".join(node.itertext())[:OPENING_CHARS]
                    seen.opening.append(words)
                    chars += len(words)
                seen.password = seen.password or any(_is_password(field) for field in node.iter("input"))
                continue
            framed = True
        elif tag in ("article", "main"):
            framed = False
        elif tag == "a" and node.get("href"):
            seen.links += 1
            linked = True
            _headline(seen, node)
        elif tag == "img":
            if len(seen.pictures) < 20:
                seen.pictures.append(f"{node.get('alt') or ''} {node.get('src') or ''}"[:500])
        elif tag == "input":
            seen.password = seen.password or _is_password(node)
        elif tag in _HEADINGS and (linked or next(node.iter("a"), None) is not None):
            seen.teasers += 1
            seen._runs[0].append(0)
        for child in reversed(node):
            if (tail := child.tail) and not tail.isspace():
                waiting.append((tail, framed, linked))
            waiting.append((child, framed, linked))
        if (text := node.text) and not text.isspace():
            _count(seen, text, framed, linked)
            chars += len(text)
    return seen


def _count(seen: Survey, text: str, framed: bool, linked: bool) -> None:
    length = width(text)
    if seen.shown < OPENING_CHARS:
        seen.opening.append(text[:OPENING_CHARS])
    seen.shown += length
    if linked:
        seen.link_text += length
    elif not framed and length > PROSE_RUN_WIDTH:
        seen.prose += length
        for runs in seen._runs:
            runs[-1] += length


def _headline(seen: Survey, link: Any) -> None:
    """Note a link that stands alone in its block, with text enough for a headline."""
    if any(text and len(text.strip()) > 20 for text in (link.tail, text_before(link))):
        return
    text = "".join(link.itertext())
    if 2 * len(text) >= HEADLINE_WIDTH and width(text) >= HEADLINE_WIDTH:
        seen.headlines += 1
        seen._runs[1].append(0)


def _own(runs: list[int]) -> int:
    return runs[0] + sum(run for run in runs[1:] if run > TEASER_WIDTH)


def _is_password(node: Any) -> bool:
    return (node.get("type") or "").lower() == "password"
