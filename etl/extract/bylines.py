"""The names that a page shows beside its text, for pages that state their authors to readers only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from etl.extract.authors import looks_like_a_person, names_in
from etl.extract.marks import marked
from etl.extract.page import Page, finder, inline, within

MAX_BYLINE_CHARS = 120
_RELATED = finder("//@rel[.='author']/.. | //@itemprop[.='author']/..")
_MARKED = re.compile(r"uthor|yline|[aA]utor|auteur")
_NAME_CLASS = re.compile(r"(?:author|autor|auteur)[-_]*(?:name|nombre)|authorName", re.I)
_BYLINE_CLASS = re.compile(
    r"(?:^|[-_\s])(?:byline|bylines|news-author|article-author|article__author|post-author|entry-author|story-author|"
    r"author|authors|autor|autores|autoren|auteur|auteurs)(?:$|[\s_-])",
    re.I,
)
_NO_BYLINE = re.compile(r"(?:bio|related|teaser|comment|box|avatar|image|follow|social)", re.I)
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:e|en|es|in|as|i)?|auteurs?|profile?|people|staff|journalists?|forfatter|"
    r"skribent|reporters?|redakt(?:ion|eur)|kolumne|columnist|contributors?|by)/[^/?#]{3,}",
    re.I,
)
_BY_LINE = re.compile(
    r"(?:by|von|par|por|di|door|av|af|oleh|przez|autor(?:in)?(?:/autor(?:in)?)?|author|auteur|autore|автор|"
    r"text|tekst)[:\s]",
    re.I,
)
_FRAME = ("nav", "footer", "aside", "form")
_LINE_TAGS = ("p", "div", "span", "li", "address", "a", "dd")
MAX_AROUND = 120
"""Elements behind the heading in which a byline may stand."""


def read_byline(page: Page) -> list[str]:
    """Return the names of the first byline that the page marks, or shows under its heading, as they stand there."""
    if page.tree is None:
        return []
    found = [*_RELATED(page.tree), *marked(page, _MARKED)][:200]
    found = [each for each in dict.fromkeys(found) if not within(each, *_FRAME)]
    for fits in (_is_relation, _is_name, _is_byline):
        for element in found:
            if fits(element) and (names := _names(element)):
                beside = (_names(other) for other in found if other is not element and _alike(other, element))
                return list(dict.fromkeys([*names, *(name for more in beside for name in more)]))
    return next(_under_heading(page.tree), [])


def _is_relation(element: Any) -> bool:
    return bool(element.get("rel") == "author" or element.get("itemprop") == "author")


def _is_name(element: Any) -> bool:
    return bool(_NAME_CLASS.search(element.get("class") or ""))


def _is_byline(element: Any) -> bool:
    classes = element.get("class") or ""
    return bool(_BYLINE_CLASS.search(classes)) and not _NO_BYLINE.search(classes)


def _alike(element: Any, other: Any) -> bool:
    """Whether two elements stand in one list: same tag and class, under one parent or parents of one list."""
    if element.tag != other.tag or element.get("class") != other.get("class"):
        return False
    above, beside = element.getparent(), other.getparent()
    return above is beside or (above is not None and beside is not None and above.getparent() is beside.getparent())


def _names(element: Any) -> list[str]:
    """The names in a byline. Where its parts are a name each, they are taken apart by them."""
    text = inline(element)
    if not 3 < len(text) < MAX_BYLINE_CHARS:
        return []
    parts = [inline(part) for part in element.iter() if part is not element and not len(part)]
    parts = [part for part in parts if looks_like_a_person(part)]
    if len(parts) > 1:
        return list(dict.fromkeys(parts))
    # What stands on the page is often more than names: only what looks like one is taken.
    return [name for name in names_in(text) if looks_like_a_person(name)]


def _under_heading(tree: Any) -> Iterator[list[str]]:
    """The byline that nothing marks: a line that begins with "By", or links to profiles, soon behind the heading."""
    heading = next(tree.iter("h1"), None)
    if heading is None:
        return
    for seen, element in enumerate(_behind(heading)):
        if seen > MAX_AROUND:
            return
        if element.tag not in _LINE_TAGS or within(element, *_FRAME):
            continue
        text = inline(element)
        if not 3 < len(text) < MAX_BYLINE_CHARS:
            continue
        profile = element.tag == "a" and _PROFILE.search(element.get("href") or "")
        if (profile or _BY_LINE.match(text)) and (names := _names(element)):
            yield names


def _behind(element: Any) -> Iterator[Any]:
    """The elements that follow in document order."""
    for up in (element, *element.iterancestors()):
        for sibling in up.itersiblings():
            yield from sibling.iter()
