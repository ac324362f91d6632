"""The article's text read from its container: one walk in the page's order, furniture and foreign boxes left out."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from mirrorwire.extract.container import Main, bulk
from mirrorwire.extract.page import fold

_SKIPPED = frozenset(
    "aside nav footer button select dialog iframe noscript audio video figcaption textarea input link meta label "
    "menu template script style svg object embed canvas map progress address head title".split()
)
_BOXES = frozenset("div section article figure center fieldset form header time".split())
_BLOCKS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table caption tbody thead tr hr details summary main".split()
)
_ALONE = frozenset("h2 h3 h4 ul ol dl blockquote table pre".split())
"""What may stand in a wrapper of its own, beside wrappers of paragraphs."""
_LINKED = frozenset("p li ul ol h2 h3 h4 h5 table".split())
FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:"
    # Other articles, and the way to them.
    r"related\w*|recommend\w*|recirc\w*|more-?(?:on|from|stories|news|articles)|read-?(?:more|also|next)|see-?also|"
    r"also-?read|most-?(?:read|popular|viewed)|trending|popular|you-?may\w*|outbrain|taboola|teaser\w*|"
    r"tags?|tag-?(?:box|list|cloud|links)|keywords?|topics?|categor(?:y|ies)|breadcrumbs?|"
    r"navigation|navbar|pagination|pager|sidebar|side-?bar|footer|widgets?|carousel|slider|slideshow|gallery|"
    # What the publisher wants of its reader.
    r"newsletters?\w*|sign-?up\w*|subscri\w*|paywall\w*|regwall|cta|promo\w*|advert\w*|ads?|adv|sponsor\w*|"
    r"ad-?(?:slot|unit|container|wrapper|box|label)|affiliate\w*|banner|poll|quiz|ratings?|"
    r"share\w*|sharing|social\w*|follow\w*|addtoany|sharedaddy|addthis\w*|bookmark|"
    r"comments?|comment-?(?:list|section|form)|disqus\w*|respond|"
    # About the article, beside it.
    r"byline\w*|authors?|author-?(?:box|info|bio|card|name)|about-?author|bio|timestamp|date|datetime|published\w*|"
    r"(?:post|entry|article)-?meta|meta|caption\w*|credits?|copyright|wp-caption-text|"
    r"(?:image|photo|picture|media)-?(?:caption|credit|copyright)|"
    r"info-?box\w*|fact-?box\w*|expandable-?box|accordion\w*|cite\w*wrapper|placeholder|"
    # What only a script, a printer or a screen reader uses.
    r"player|video-?(?:player|wrapper|container)|audio\w*|tool(?:bar|s|tip)|menu|modal|popup|overlay|toast|cookie\w*|"
    r"consent\w*|sr-only|visually-?hidden|screen-reader(?:-text)?|hidden|no-?print|print-?(?:hide|only)"
    r")(?:$|[-_\s])",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
MAX_FURNITURE_SHARE = 0.25
"""An element with more of the main text's length than this is no furniture, whatever its class says."""
MIN_LONE_CHARS = 100
"""Shorter paragraphs in wrappers that none of the main ones have are captions and labels as often as text."""

MAX_CAPTION_CHARS = 500
_POST = re.compile(
    r"^https?://(?:(?:www|mobile)\.)?(?:(?:twitter|x)\.com/\w+/status|instagram\.com/(?:p|reel)|"
    r"tiktok\.com/@|facebook\.com/[\w.]+/(?:posts|videos)|t\.me/\w+/\d|bsky\.app/profile)/?",
    re.I,
)
"""Where a quotation that is an embedded post leads."""
MAX_LINK_LINE_CHARS = 200
MAX_NAMES_CHARS = 1000


def read_blocks(main: Main, total: int) -> list[str]:
    """Return the lines of the container's blocks, in order. Reads the tree, does not change it.

    `total` is the main text's length, by which furniture is told from the article itself.
    """
    lines: list[str] = []
    open_line: list[str] = []
    # A stack, not recursion: elements to enter, text to add, and `None` where a line ends.
    waiting: list[Any] = [main.container]
    sizes = _Sizes(main.container)
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            open_line.append(node)
            continue
        tag = "br" if node is None else node.tag
        if node is not None and node is not main.container and _left_out(node, main, total, sizes):
            continue
        if tag == "br" or tag in _BLOCKS or tag in _BOXES or node in main.holders:
            if line := fold("".join(open_line)):
                lines.append(line)
            open_line.clear()
            if tag != "br":
                waiting.append(None)
        if node is None:
            continue
        for child in reversed(node):
            if child.tail:
                waiting.append(child.tail)
            waiting.append(child)
        if tag in ("td", "th"):
            open_line.append(" ")
        if node.text:
            open_line.append(node.text)
    if line := fold("".join(open_line)):
        lines.append(line)
    return lines


class _Sizes:
    """Text lengths of a container's elements in Latin characters, all of it and what stands in links.

    Counted once, from the leaves up: what is nested hundreds deep is not read hundreds of times.
    """

    def __init__(self, container: Any) -> None:
        self.chars: dict[Any, int] = {}
        self.linked: dict[Any, int] = {}
        self.settled: set[Any] = set()
        for node in reversed(list(container.iter(etree.Element))):
            chars, linked = _weight(node.text), 0
            for kid in node:
                chars += self.chars.get(kid, 0) + _weight(kid.tail)
                linked += self.linked.get(kid, 0)
            self.chars[node] = chars
            self.linked[node] = chars if node.tag == "a" else linked

    def mostly_links(self, node: Any) -> bool:
        return self.linked[node] > self.chars[node] / 2


def _weight(text: str | None) -> int:
    return bulk(fold(text)) if text and not text.isspace() else 0


def _left_out(node: Any, main: Main, total: int, sizes: _Sizes) -> bool:
    """Whether an element is no text of the article's: by its tag, its names, its links, or its place beside."""
    tag = node.tag
    # The text itself may be hidden, until its reader has paid.
    if tag in _SKIPPED or (_hidden(node) and node not in main.holders):
        return True
    names = f"{node.get('class') or ''} {node.get('id') or ''}"[:MAX_NAMES_CHARS]
    named = len(names) > 1 and FURNITURE.search(names) is not None
    if named or tag in ("form", "header", "time"):
        return sizes.chars[node] < MAX_FURNITURE_SHARE * total
    if node in main.holders:
        return False
    if tag in _BOXES:
        return _is_captioned(node, sizes) or _foreign(node, sizes)
    if tag == "blockquote":
        return is_embedded_post(node)
    # A long paragraph with many links is one of the article's with its sources.
    return tag in _LINKED and (tag != "p" or sizes.chars[node] < MAX_LINK_LINE_CHARS) and sizes.mostly_links(node)


def is_embedded_post(quotation: Any) -> bool:
    """Return whether a quotation leads to a post on a social network."""
    return any(_POST.search(link.get("href") or "") for link in quotation.iter("a"))


def _hidden(node: Any) -> bool:
    if node.get("hidden") is not None or node.get("aria-hidden") == "true":
        return True
    style = node.get("style")
    return bool(style) and _HIDDEN.search(style[:MAX_NAMES_CHARS]) is not None


def _is_captioned(box: Any, sizes: _Sizes) -> bool:
    """Whether a box is a picture with its caption, whatever it is called."""
    return sizes.chars[box] <= MAX_CAPTION_CHARS and next(box.iter("img", "picture", "video"), None) is not None


def _foreign(box: Any, sizes: _Sizes) -> bool:
    """Whether a box that holds none of the main paragraphs is more than a wrapper of one block of the article's."""
    node = box
    while node not in sizes.settled:
        sizes.settled.add(node)
        if node.tag in _ALONE:
            return sizes.mostly_links(node)
        if node.tag == "p" or any(part and not part.isspace() for part in (node.text, *(kid.tail for kid in node))):
            return sizes.chars[node] < MIN_LONE_CHARS or sizes.mostly_links(node)
        full = [kid for kid in node if sizes.chars.get(kid)]
        if len(full) != 1:
            return len(full) > 1
        node = full[0]
    return False
