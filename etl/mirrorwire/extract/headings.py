"""A page's headings: their texts, and the one that names the article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from lxml import etree, html

from mirrorwire.extract.normalize import MAX_TITLE_CHARS, letters, without_site
from mirrorwire.extract.page import Page, content, fold, inline, once_per_page, within

MAX_HEADINGS = 60
MIN_PART_CHARS = 25
"""A heading of more letters that stands in a title is its core, and no word of it by chance."""
MIN_REPEATED_LETTERS = 15
"""A title of fewer letters may end another heading by chance."""
MARKED_AROUND = 2
"""Elements around a heading whose class may say what it is."""
_TITLE_METAS = ("og:title", "twitter:title")
_FRAME = ("nav", "footer", "aside", "dialog", "form")
_BESIDE = re.compile(
    r"(?i:breadcrumb|screen-?reader|sr-only|visually-?hidden|off-?screen|site-?title)|(?<![a-z])logo|Logo"
)
_KICKER = re.compile(
    r"(?:kicker|over-?line|over-?title|top-?line|roof-?line|dach-?zeile|spitz-?marke|eyebrow|pre-?title|sur-?titre|"
    r"ante-?titulo|antetitulo|cintillo|occhiello|flash-?label|super-?title|supra-?title|rubrik|vignette)",
    re.I,
)
_HIDDEN = re.compile(r"(?:^|[-_\s])(?:off-?screen|visually-?hidden|sr-only|screen-reader(?:-text)?)(?:$|[-_\s])", re.I)
_FRONT_PAGE = re.compile(r"(?=.)(?:(?:https?:)?//[^/?#]+)?(?:/web/\d+[a-z_]*/https?://[^/?#]+)?/?", re.I)
"""A link to a site's first page, or to its copy in a web archive. Source: https://archive.org/web/"""
_BREAKING = frozenset(["br", "div", "p", "hr", "h3", "h4", "small"])
"""Elements that begin a line: what stands before and behind one is not one word."""
_PARTING = re.compile(r"\s+[|–—·•*»›/<>:-]{1,2}\s+|\s*[|ㅣ｜»›：]\s*|:\s+")
_WORD = re.compile(r"[^\W_]{3,}")

Spelled = Sequence[tuple[Any, str]]
"""Headings with their spellings as `letters`."""


def headings(page: Page) -> list[str]:
    """Return the page's h1 texts, those in the page's frame last."""
    if page.tree is None:
        return []
    shown = [(within(h1, *_FRAME), inline(h1)) for h1 in page.tree.iter("h1")]
    return [text for _, text in sorted(shown, key=lambda place: place[0]) if text]


def head_titles(page: Page) -> list[str]:
    """Return what the page's head calls it, by which its main heading is known."""
    metas = page.tree.iter("meta") if page.tree is not None else ()
    named = [meta.get("content") for meta in metas if (meta.get("property") or meta.get("name")) in _TITLE_METAS]
    titles = [content(title) for title in page.tree.iter("title")] if page.tree is not None else []
    return [title for title in (*named, *titles[:1]) if title]


@once_per_page
def page_heading(page: Page) -> Any:
    """Return the page's main heading by what its head calls it."""
    return main_heading(page.tree, head_titles(page)) if page.tree is not None else None


def main_heading(tree: html.HtmlElement, titles: Sequence[str]) -> Any:
    """Return the heading that says what a title says, or a part of one, or shares most words; `None` without any.

    An earlier title counts more than a later one, and a heading for readers more than one beside the text: there often
    stands what is written for search engines.
    """
    titles = [title[:MAX_TITLE_CHARS] for title in titles]
    spelled = _spelled(tree, "h1", "h2")
    named = _named(spelled, titles)
    sites = [heading for heading, _ in spelled if names_the_site(heading)]
    if sites and (named is None or named in sites):
        # A blog's name stands in its <title>, and in a heading before the entry's.
        entry = _entry_heading(tree, inline(sites[0]), titles)
        named = named if entry is None else entry
    if named is not None:
        return named
    # Another wording of the title still shares its words, a heading over a form does not. The first wins a tie.
    words = _words(" ".join(titles))
    h1s = [heading for heading, _ in spelled if heading.tag == "h1" and not names_the_site(heading)]
    if h1s:
        return max(h1s, key=lambda h1: (len(words & _words(inline(h1))), not stands_beside(h1)))
    first = next((heading for heading, _ in spelled if not stands_beside(heading)), None)
    if first is not None and 2 * len(words & _words(inline(first))) >= len(_words(inline(first))) > 0:
        return first
    return _named(_spelled(tree, "h3", "h4"), titles)


def _entry_heading(tree: html.HtmlElement, site: str, titles: Sequence[str]) -> Any:
    """The heading of one entry of a blog, whose <title> names the blog first; `None` without one."""
    sites = frozenset([letters(site)])
    spelled = [place for place in _spelled(tree, "h1", "h2", "h3", "h4") if not names_the_site(place[0])]
    return _named(spelled, [without_site(title, sites) for title in titles])


def site_heading(page: Page) -> str | None:
    """Return the text of the first heading that only links to the site's front page; `None` without one."""
    headings: Any = page.tree.iter("h1", "h2") if page.tree is not None else ()
    return next((inline(heading) for heading in islice(headings, MAX_HEADINGS) if names_the_site(heading)), None)


def stands_beside(heading: Any) -> bool:
    """Return whether a heading is no reader's: in the page's frame, a breadcrumb, a logo, or for screen readers."""
    return is_marked_beside(heading) or within(heading, *_FRAME)


def names_the_site(heading: Any) -> bool:
    """Return whether a heading is nothing but a link to the site's front page, as a site's name is."""
    link = next(heading.iter("a"), None)
    if link is None or inline(link) != inline(heading):
        return False
    return bool(_FRONT_PAGE.fullmatch((link.get("href") or "").strip()))


def is_marked_beside(heading: Any) -> bool:
    """Return whether its class, or one close around it, calls a heading a breadcrumb, a logo, or for screen readers."""
    for element in (heading, *islice(heading.iterancestors(), MARKED_AROUND)):
        # A body's classes tell what the page has somewhere.
        if element.tag != "body" and _BESIDE.search(element.get("class") or ""):
            return True
    return False


def heading_text(heading: etree._Element) -> str:
    """Return a heading's text without the kicker that is marked as one, and without what is for screen readers."""
    if not len(heading):
        return inline(heading)
    parts: list[str] = []
    _gather(heading, parts)
    return fold("".join(parts)).strip(" -–—|:·") or inline(heading)


def _gather(element: etree._Element, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        marked = child.get("class") or ""
        left_out = bool(marked and (_KICKER.search(marked) or _HIDDEN.search(marked)))
        if left_out or child.get("aria-hidden") == "true":
            parts.append(" ")
        elif child.tag in _BREAKING:
            parts.append(" ")
            _gather(child, parts)
            parts.append(" ")
        else:
            _gather(child, parts)
        parts.append(child.tail or "")


def _spelled(tree: html.HtmlElement, *tags: str) -> Spelled:
    """The tree's first headings of these levels that say something."""
    spelled = [(heading, letters(inline(heading))) for heading in islice(tree.iter(*tags), MAX_HEADINGS)]
    return [(heading, spelling) for heading, spelling in spelled if spelling]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _named(headings: Spelled, titles: Sequence[str]) -> Any:
    """The heading that says what a title or its part says, one beside the text at last; `None` without one."""
    spellings = [spelling for spelling in map(letters, titles) if spelling]
    for naming in (
        _repeating(headings, spellings),
        _naming_a_part(headings, titles),
        _within_a_title(headings, spellings),
    ):
        for heading in naming:
            if not stands_beside(heading):
                return heading
    return next(_repeating(headings, spellings), None)


def _repeating(headings: Spelled, titles: Sequence[str]) -> Iterator[Any]:
    """The headings that repeat a title, and those that end with one behind a kicker or a day."""
    for title in titles:
        yield from (heading for heading, spelling in headings if spelling == title)
        for heading, spelling in headings:
            if is_most_of(spelling, title) and spelling.endswith(title):
                yield heading


def is_most_of(spelling: str, title: str) -> bool:
    """Return whether a title is long enough to be known again in a heading's spelling, and would be most of it."""
    return MIN_REPEATED_LETTERS <= len(title) < len(spelling) < 2 * len(title)


def _naming_a_part(headings: Spelled, titles: Sequence[str]) -> Iterator[Any]:
    """The h1 that are the first part of a title, or headings that are its longest, where it names the site, too."""
    firsts: set[str] = set()
    longest: set[str] = set()
    for title in titles:
        parts = [letters(part) for part in _PARTING.split(title)]
        if len(parts) > 1:
            firsts.add(parts[0])
            longest.add(max(parts, key=len))
    for heading, spelling in headings:
        if heading.tag == "h1" and (spelling in firsts or spelling in longest):
            yield heading
    for heading, spelling in headings:
        if spelling in longest:
            yield heading


def _within_a_title(headings: Spelled, titles: Sequence[str]) -> Iterator[Any]:
    """The headings of some length that stand in a title."""
    for heading, spelling in headings:
        if len(spelling) > MIN_PART_CHARS and any(spelling in title for title in titles):
            yield heading
