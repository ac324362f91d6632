"""One walk over a page: how much running text it shows, of its own and in teasers, and how much of it is links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from mirrorwire.extract.page import inline, text_before

OPENING_CHARS = 6_000
PROSE_RUN_WIDTH = 45
"""Shorter stretches of text are labels as often as sentences."""
TEASER_WIDTH = 800
"""A card has less running text than this after its heading; what runs on longer is a text of its own."""
HEADLINE_WIDTH = 25
MIN_OWN_HEADING_CHARS = 10
"""A heading shorter than this stands in many a title by chance."""
MIN_HELD_WIDTH = 140
"""A frame that holds less running text than this holds no article."""
MAX_FRAME_CHECKS = 20
"""So many frames are looked into for a page that they hold: each look costs as much as the frame is large."""
_FRAME = frozenset({"nav", "footer", "aside", "button", "form", "dialog", "textarea", "label"})
_MAYBE_HOLDERS = frozenset({"form", "nav", "aside"})
"""Frames that hold the whole page by a slip, or by an application's habit (ASP.NET's form)."""
_HEADINGS = frozenset({"h2", "h3", "h4"})
_NOTED = _FRAME | _HEADINGS | {"article", "main", "a", "img", "input", "time", "h1"}
"""Elements that mean something; the others only hold what they hold."""
_UNSHOWN = frozenset({"head", "noscript", "option", "script", "style", "template", "iframe"})
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff01-\uff60]+")


class _Runs:
    """Running text between headings, measured: the page's own, and that of the teaser which is being read."""

    def __init__(self) -> None:
        self._own = 0
        self._teaser: int | None = None

    def teaser(self) -> None:
        """Begin a teaser; the text of the one before is the page's own if it ran on."""
        self._settle()
        self._teaser = 0

    def article(self) -> None:
        """Begin the page's own text."""
        self._settle()
        self._teaser = None

    def add(self, length: int) -> None:
        """Count running text where it stands."""
        if self._teaser is None:
            self._own += length
        else:
            self._teaser += length

    @property
    def own(self) -> int:
        """What is the page's own by now."""
        return self._own + self._long_teaser()

    def _settle(self) -> None:
        self._own += self._long_teaser()

    def _long_teaser(self) -> int:
        return self._teaser if self._teaser is not None and self._teaser > TEASER_WIDTH else 0


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
    dates: int = 0
    """Elements that mark a time."""
    runs: int = 0
    """Stretches of running text."""
    longest_run: int = 0
    images: int = 0
    inputs: int = 0
    """Fields of forms, those of the frame among them."""
    password: bool = False
    opening: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    _runs: _Runs = field(default_factory=_Runs)
    _runs_of_headlines: _Runs = field(default_factory=_Runs)

    @property
    def own(self) -> int:
        """Running text that is no teaser's: under the page's own heading, or before the first heading that is a link,
        or long after one."""
        return self._runs.own

    @property
    def own_of_headlines(self) -> int:
        """The same where every link that stands alone is taken for a headline: lists without headings."""
        return self._runs_of_headlines.own


def width(text: str) -> int:
    """Return the length of text on one line, where a letter of Chinese, Japanese or Korean counts as two.

    So that limits on running text mean about as much in each script.
    """
    text = " ".join(text.split())
    return len(text) if text.isascii() else len(text) + sum(map(len, _WIDE.findall(text)))


def survey(tree: html.HtmlElement, titles: Sequence[str]) -> Survey:  # noqa: PLR0912, PLR0915 - a branch an element
    """Return what one walk over the page counted. Running text is a stretch of text outside links and the frame.

    `titles` are what the page's head calls it, each on one line: below a heading that stands in one of them, the page's
    own text begins. A frame that holds most of the page's running text is none.
    """
    seen = Survey()
    frames = _Frames(tree)
    spellings = [title.casefold() for title in titles]
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
        if tag not in _NOTED:
            pass
        elif tag in _FRAME:
            # An unclosed <aside> before the article is a common slip: the article's own element counts for more.
            if next(node.iter("article", "main"), None) is None and not frames.holds_the_page(node):
                if chars < OPENING_CHARS:
                    words = " ".join(node.itertext())[:OPENING_CHARS]
                    seen.opening.append(words)
                    chars += len(words)
                for framed_input in node.iter("input"):
                    _input(seen, framed_input)
                continue
            framed = not frames.holds_the_page(node)
        elif tag in ("article", "main"):
            framed = False
        elif tag == "a" and node.get("href"):
            seen.links += 1
            linked = True
            _headline(seen, node, spellings)
        elif tag == "img":
            seen.images += 1
            if len(seen.pictures) < 20:
                seen.pictures.append(f"{node.get('alt') or ''} {node.get('src') or ''}"[:500])
        elif tag == "input":
            _input(seen, node)
        elif tag == "time":
            seen.dates += 1
        elif tag == "h1":
            seen._runs.article()
            seen._runs_of_headlines.article()
        elif tag in _HEADINGS and (linked or next(node.iter("a"), None) is not None):
            if _is_own_heading(inline(node), spellings):
                seen._runs.article()
            else:
                seen.teasers += 1
                seen._runs.teaser()
        if len(node):
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
        seen.runs += 1
        seen.longest_run = max(seen.longest_run, length)
        seen._runs.add(length)
        seen._runs_of_headlines.add(length)


def _headline(seen: Survey, link: Any, titles: Sequence[str]) -> None:
    """Note a link that stands alone in its block, with text enough for a headline."""
    text = "".join(link.itertext())
    if 2 * len(text) < HEADLINE_WIDTH or width(text) < HEADLINE_WIDTH:
        return
    if _runs_on(link.tail) or _runs_on(text_before(link)):
        return
    if _is_own_heading(" ".join(text.split()), titles):
        seen._runs_of_headlines.article()
    else:
        seen.headlines += 1
        seen._runs_of_headlines.teaser()


def _runs_on(text: str | None) -> bool:
    """Whether text beside a link is more than a label."""
    return text is not None and len(text) > 20 and len(text.strip()) > 20


def _is_own_heading(text: str, titles: Sequence[str]) -> bool:
    """Whether a heading that is a link names the page that it stands on, as blogs' headings do."""
    if len(text) < MIN_OWN_HEADING_CHARS:
        return False
    spelling = text.casefold()
    return any(spelling in title for title in titles)


class _Frames:
    """Tells which of a page's frames hold the page itself."""

    def __init__(self, tree: html.HtmlElement) -> None:
        self._tree = tree
        self._checks = 0
        self._held: dict[Any, bool] = {}

    def holds_the_page(self, frame: Any) -> bool:
        """Whether most of the page's running text stands in a frame."""
        if frame.tag not in _MAYBE_HOLDERS:
            return False
        if frame not in self._held:
            self._held[frame] = self._holds(frame)
        return self._held[frame]

    def _holds(self, frame: Any) -> bool:
        if self._checks >= MAX_FRAME_CHECKS:
            return False
        self._checks += 1
        if not _may_hold(frame):
            return False
        prose = sum(_runs_in(frame))
        if prose < MIN_HELD_WIDTH:
            return False
        page_prose = 0
        for length in _runs_in(self._tree):
            page_prose += length
            if page_prose >= 2 * prose:
                return False
        return True


def _may_hold(frame: Any) -> bool:
    """Whether a frame has text enough in long stretches, those in links counted too: most have not."""
    chars = 0
    for text in frame.itertext():
        if len(text) > PROSE_RUN_WIDTH // 2:
            chars += len(text)
            if 2 * chars >= MIN_HELD_WIDTH:
                return True
    return False


def _runs_in(root: Any) -> Iterator[int]:
    """The lengths of the running text in an element, frames and all; text right in a link is none."""
    for element in root.iter(etree.Element):
        tag = element.tag
        if tag in _UNSHOWN:
            continue
        text = element.text
        if text and len(text) > PROSE_RUN_WIDTH // 2 and tag != "a":
            yield _run(text)
        tail = element.tail
        if tail and len(tail) > PROSE_RUN_WIDTH // 2 and element is not root and element.getparent().tag != "a":
            yield _run(tail)


def _run(text: str) -> int:
    length = width(text)
    return length if length > PROSE_RUN_WIDTH else 0


def _input(seen: Survey, node: Any) -> None:
    seen.inputs += 1
    seen.password = seen.password or (node.get("type") or "").lower() == "password"
