"""Dates as a page shows them to its readers: marked as a time, near the heading, or alone on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from mirrorwire.extract.dates import parse_moment
from mirrorwire.extract.lead import head_titles, main_heading
from mirrorwire.extract.page import Page, content, finder, fold, inline, once_per_page, text_before, within
from mirrorwire.extract.stated import Kind
from mirrorwire.extract.wording import Wording, listed

MAX_TIMES = 3
MAX_LINE_CHARS = 120
"""A longer line with a date in it is a sentence."""
NEAR_BEHIND = 40
NEAR_BEFORE = 12
"""Pieces of text from the heading within which a page shows when its article was published."""
MAX_PIECES = 6_000
_MODIFIED = Wording("dates.modified")
_FRAME = ("nav", "footer", "button", "figcaption", "blockquote")
MAX_LABELLED_ELEMENTS = 3
MAX_CARD_DEPTH = 3
MAX_CARD_CHARS = 600
MIN_HEADLINE_CHARS = 20
"""A box with a link of this length is another article's card, and the date in it that article's."""
MAX_DATED = 4
MAX_MARKED = 12
_TIMES = finder("//time[not(ancestor::aside or ancestor::nav or ancestor::footer[not(ancestor::article)])]")
_DATED = finder(
    "//*[self::span or self::div or self::p or self::li or self::time]"
    "[contains(@class,'date') or contains(@class,'Date') or contains(@id,'date')"
    " or contains(@class,'publish') or contains(@class,'timestamp')]"
    "[not(ancestor::aside or ancestor::nav or ancestor::footer[not(ancestor::article)] or ancestor::a)]"
)
_LABELLED = Wording("dates.labels", r"(?:WORDS)(?:\s+(?:on|am|le|il|el|em|op|den))?\s?[:\s]\s?(?=.{0,20}\d)")
"""A line that says what it is, where nothing is marked (`Datum 28.04.2023`). Dates in links are other articles'."""
_FIRST_PUBLISHED = Wording("dates.first_published", r"(?:WORDS)\s?(?:on|am|le|il|el|em|op|den|:)?\s(?P<date>.{0,40}\d.{0,30})")
"""A sentence such as `This article was originally published on 26 Sep 2019`."""
MIN_SENTENCE_CHARS = 20
MAX_SENTENCE_CHARS = 400
_DIGIT = re.compile(r"\d")
_ROOMS = ("body", "html", "article", "main")
_HEADINGS = ("h1", "h2", "h3", "h4")
FEW_WORDS = 5
MAX_WORDS = 12
"""A line that says more beside a date, its weekday, month and label than a name or two is a sentence."""
_WORD = re.compile(r"[^\W\d_]{2,}")


@cache
def _label() -> re.Pattern[str]:
    modified, published = (r"|".join(listed(name)) for name in ("dates.modified", "dates.published"))
    return re.compile(rf"(?P<modified>(?:last\s+)?(?:{modified})\w*)|{published}", re.I)


@once_per_page
def timed(page: Page) -> tuple[tuple[Kind, str], ...]:
    """Return the page's first `<time>`s outside its frame."""
    if page.tree is None:
        return ()
    times: list[tuple[Kind, str]] = []
    for element in _TIMES(page.tree)[:MAX_TIMES]:
        marks = element.get("class") or "", element.get("itemprop") or ""
        label = " ".join((*marks, inline(element)[:60], text_before(element) or ""))
        kind: Kind = "modified" if _MODIFIED.search(label) else "published"
        times.append((kind, element.get("datetime") or inline(element)))
    return tuple(times)


@once_per_page
def dated(page: Page) -> tuple[tuple[Kind, str], ...]:
    """Return what the page shows as a date, the most trusted first: near its heading, marked as one, or labelled."""
    if page.tree is None:
        return ()
    near = near_heading(page)
    alone = [line for line in near if says_little(line[1])]
    return (*alone, *_marked(page.tree), *_labelled(page.tree), *near)


def _marked(tree: Any) -> Iterator[tuple[Kind, str]]:
    """Elements whose class or id says that they hold a date, and that are no other article's."""
    count = 0
    for element in _DATED(tree)[:MAX_MARKED]:
        text = inline(element)
        if not 6 <= len(text) <= 80 or parse_moment(text) is None or _in_card(element, set()):
            continue
        yield ("modified" if _MODIFIED.search(text + (element.get("class") or "")) else "published"), text
        count += 1
        if count == MAX_DATED:
            break


def _labelled(tree: Any) -> Iterator[tuple[Kind, str]]:
    """The first line that says what its date is."""
    for element in tree.iter("li", "p", "dd", "div", "span"):
        if len(element) > MAX_LABELLED_ELEMENTS:
            continue
        text = inline(element) if len(element) else element.text or ""
        if 6 <= len(text) <= 60 and _LABELLED.match(text):
            yield from _parted(text)
            break


@once_per_page
def first_published(page: Page) -> tuple[tuple[Kind, str], ...]:
    """Return the date of a sentence that says when the article was first published, whatever the page shows beside."""
    if page.tree is None:
        return ()
    for text in page.tree.itertext():
        match = _FIRST_PUBLISHED.search(text[:MAX_SENTENCE_CHARS]) if len(text) > MIN_SENTENCE_CHARS else None
        if match is not None and parse_moment(match["date"]) is not None:
            return (("published", match["date"]),)
    return ()


@once_per_page
def near_heading(page: Page) -> tuple[tuple[Kind, str], ...]:
    """Return the lines around the heading that name a day, the nearest first."""
    tree: Any = page.tree
    heading = main_heading(tree, head_titles(page)) if tree is not None else None
    if heading is None:
        return ()
    around = {*heading.iterancestors()}
    seen: set[Any] = set()
    parts: list[tuple[Kind, str]] = []
    for _, owner in sorted(_owners(tree, heading), key=lambda owner: owner[0]):
        line = _line(owner, seen, around)
        if line is not None:
            parts.extend(_parted(line))
    return tuple(parts)


def _owners(tree: Any, heading: Any) -> Iterator[tuple[int, Any]]:
    """The elements around the heading that may hold a date, and how far from it: in pieces of text behind it, in
    twice as many before it, where mastheads and menus are."""
    before: list[Any] = []
    behind = 0
    inside = {*heading.iter()}
    reached = False
    for count, (text, owner) in enumerate(_pieces(tree)):
        if count > MAX_PIECES or behind > NEAR_BEHIND:
            break
        if owner in inside:
            reached = True
            continue
        if owner.tag in _FRAME:
            continue
        behind += reached
        may = _DIGIT.search(text) is not None and len(fold(text[:2000])) <= MAX_LINE_CHARS and not _is_headline(owner)
        if not reached:
            before.append(owner if may else None)
        elif may:
            yield behind, owner
    if reached:
        for distance, owner in enumerate(reversed(before[-NEAR_BEFORE:]), 1):
            if owner is not None:
                yield 2 * distance, owner


def _is_headline(owner: Any) -> bool:
    """Whether an element is a heading of something else than a date."""
    return owner.tag in _HEADINGS and not says_little(content(owner))


def _pieces(tree: Any) -> Iterator[tuple[str, Any]]:
    """The page's pieces of text in order, each with the element that it stands in."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            yield node
            continue
        if node.tag in ("head", "noscript", "select", "option"):
            continue
        if node.text and not node.text.isspace():
            yield node.text, node
        for child in reversed(node):
            if child.tail and not child.tail.isspace():
                waiting.append((child.tail, node))
            waiting.append(child)


def _line(owner: Any, seen: set[Any], around: set[Any]) -> str | None:
    """The line around a piece of text: the largest element that says no more than a line; `None` in another's card.

    `around` are the elements that hold the page's heading, too: none of them is a card.
    """
    if within(owner, *_FRAME) or _in_card(owner, around):
        return None
    line, best = owner, content(owner)
    if len(best) > MAX_LINE_CHARS:
        best = fold(owner.text) if owner.text else ""
    for up in owner.iterancestors():
        if up.tag in _ROOMS or any(block is not up for block in up.iter("h1", "h2", "h3", "p", "ul", "ol")):
            break
        text = content(up)
        if len(text) > MAX_LINE_CHARS:
            break
        if text != best and parse_moment(best) is not None and parse_moment(text.replace(best, " ", 1)) is not None:
            break  # two dates, each with a box and a meaning of its own
        line, best = up, text
    words = len(_WORD.findall(best))
    if line in seen or words > MAX_WORDS or (best.endswith(".") and words > FEW_WORDS):
        return None
    seen.add(line)
    stated = next((time for time in line.iter("time") if time.get("datetime")), None)
    if stated is None or parse_moment(best) is not None:
        return best
    shown = content(stated)
    return best.replace(shown, stated.get("datetime")) if shown else stated.get("datetime")


def _in_card(owner: Any, around: set[Any]) -> bool:
    for up in islice((owner, *owner.iterancestors()), MAX_CARD_DEPTH):
        if up in around or len(inline(up)) > MAX_CARD_CHARS:
            return False
        for link in [up] if up.tag == "a" else up.iter("a"):
            text = inline(link)
            headed = next(link.iter("h2", "h3", "h4"), None) is not None
            if headed or (len(text) >= MIN_HEADLINE_CHARS and parse_moment(text) is None):
                return True
    return False


def says_little(line: str) -> bool:
    """Return whether a line with a date says next to nothing else."""
    return len(_WORD.findall(line)) <= FEW_WORDS or _LABELLED.match(line) is not None


def _parted(line: str) -> Iterator[tuple[Kind, str]]:
    """A line's dates: `12 May 2026, updated 14 May 2026` has one of each kind."""
    kind: Kind = "published"
    at = 0
    for label in _label().finditer(line):
        if (part := line[at : label.start()].strip()) and parse_moment(part) is not None:
            yield kind, part
        kind, at = ("modified" if label["modified"] else "published"), label.end()
    if parse_moment(line[at:]) is not None:
        yield kind, line[at:].strip()
