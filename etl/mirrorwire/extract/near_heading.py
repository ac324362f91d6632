"""Dates that a page shows around its heading, marked as dates or not, and no other article's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from mirrorwire.extract.date_lines import FEW_WORDS, parted, says_little, short_text, word_count
from mirrorwire.extract.dates import parse_moment
from mirrorwire.extract.headings import head_titles, page_heading
from mirrorwire.extract.normalize import letters
from mirrorwire.extract.page import Page, content, fold, inline, once_per_page, within
from mirrorwire.extract.stated import Kind

MAX_LINE_CHARS = 120
"""A longer line with a date in it is a sentence."""
MAX_WORDS = 12
"""A line that says more beside a date, its weekday, month and label than a name or two is a sentence."""
NEAR_BEHIND = 40
NEAR_BEFORE = 12
"""Pieces of text from the heading within which a page shows when its article was published."""
MAX_PIECES = 6_000
MAX_CARD_DEPTH = 3
MAX_CARD_LINKS = 50
MAX_CARD_CHARS = 600
MIN_HEADLINE_CHARS = 20
"""A box with a link of this length is another article's card, and the date in it that article's."""
MIN_HEADLINE_WORDS = 5
MIN_TITLE_LETTERS = 6
MAX_TITLE_CHARS = 300
_FRAME = ("nav", "footer", "button", "figcaption", "blockquote")
_ROOMS = ("body", "html", "article", "main")
_HEADINGS = ("h1", "h2", "h3", "h4")
_DIGIT = re.compile(r"\d")


@once_per_page
def near_heading(page: Page) -> tuple[tuple[Kind, str], ...]:
    """Return the lines around the heading that name a day, the nearest first."""
    tree: Any = page.tree
    titles = head_titles(page)
    heading = _heading(page, titles) if tree is not None else None
    if heading is None:
        return ()
    around = {*heading.iterancestors()}
    seen: set[Any] = set()
    parts: list[tuple[Kind, str]] = []
    for _, owner in sorted(_owners(tree, heading), key=lambda owner: owner[0]):
        line = _line(owner, seen, around)
        if line is not None:
            parts.extend(parted(line))
    return tuple(parts)


def _heading(page: Page, titles: Sequence[str]) -> Any:
    """The page's heading; a heading that shares no word with its titles gives way to other text that is one."""
    heading = page_heading(page)
    words = set(" ".join(titles).casefold().split())
    if heading is not None and not words.isdisjoint(content(heading).casefold().split()):
        return heading
    titled = _titled(page.tree, titles)
    return heading if titled is None else titled


def _titled(tree: Any, titles: Sequence[str]) -> Any:
    """The first element whose text is the page's title, its beginning or end: old pages have no heading elements."""
    named = [letters(title) for title in titles]
    for count, (text, owner) in enumerate(_pieces(tree)):
        if count > MAX_PIECES:
            break
        if not MIN_TITLE_LETTERS <= len(text) <= MAX_TITLE_CHARS:
            continue
        spelling = letters(text)
        if len(spelling) >= MIN_TITLE_LETTERS and any(
            title.startswith(spelling) or title.endswith(spelling) for title in named
        ):
            return owner
    return None


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
        if len(node):
            for child in reversed(node):
                if (tail := child.tail) and not tail.isspace():
                    waiting.append((tail, node))
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
        if short_text(up, MAX_LINE_CHARS) is None:
            break
        text = content(up)
        if text != best and parse_moment(best) is not None and parse_moment(text.replace(best, " ", 1)) is not None:
            break  # two dates, each with a box and a meaning of its own
        line, best = up, text
    words = word_count(best)
    if line in seen or words > MAX_WORDS or (best.endswith(".") and words > FEW_WORDS):
        return None
    seen.add(line)
    stated = next((time for time in line.iter("time") if time.get("datetime")), None)
    if stated is None or parse_moment(best) is not None:
        return best
    shown = content(stated)
    return best.replace(shown, stated.get("datetime")) if shown else stated.get("datetime")


def _is_long(text: str) -> bool:
    """Whether a link's text is as long as a headline, and no name with an office."""
    words = text.count(" ") + 1
    return len(text) >= MIN_HEADLINE_CHARS and (words >= MIN_HEADLINE_WORDS or words == 1 or not text.isascii())


def _in_card(owner: Any, around: set[Any]) -> bool:
    for up in islice((owner, *owner.iterancestors()), MAX_CARD_DEPTH):
        if up in around or short_text(up, MAX_CARD_CHARS) is None:
            return False
        for link in [up] if up.tag == "a" else islice(up.iter("a"), MAX_CARD_LINKS):
            text = inline(link)
            headed = next(link.iter("h2", "h3", "h4"), None) is not None or within(link, "h2", "h3", "h4")
            if headed or (_is_long(text) and parse_moment(text) is None):
                return True
    return False
