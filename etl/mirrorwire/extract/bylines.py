"""The names that a page shows beside its text, for pages that state their authors to readers only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from mirrorwire.extract.authors import is_group, looks_like_a_person, names_in
from mirrorwire.extract.headings import head_titles, main_heading
from mirrorwire.extract.marks import MAX_MARKS_CHARS, marked, marks_of
from mirrorwire.extract.page import Page, content, finder, fold, inline, within
from mirrorwire.extract.wording import Wording

MAX_BYLINE_CHARS = 120
_RELATED = finder("//@rel[.='author']/.. | //@itemprop[.='author']/..")
_MARKED = re.compile(r"uthor|yline|[aA]utor|auteur|[wW]riter|[rR]eporter|attribution|edakt[eø]|kribent|ournalis")
_NAME_CLASS = re.compile(r"(?:author|autor|auteur)[-_]*(?:name|nombre)|authorName", re.I)
_BYLINE_CLASS = re.compile(
    r"(?:^|[-_\s])(?:byline|bylines|news-author|article-author|article__author|post-author|entry-author|story-author|"
    r"authors?(?:info|line)?|autor(?:e|es|en|i)?|auteurs?|writers?|reporters?|journalists?|journalistes?|"
    r"redakteur\w*|skribent\w*|attribution)(?:$|[\s_-])|[a-z](?:Byline|Authors?)(?:$|[\sA-Z_-])",
    re.I,
)
_NO_BYLINE = re.compile(r"(?:bio|related|teaser|comment|box|avatar|image|follow|social)", re.I)
_BESIDE = re.compile(
    r"recirc|related|recommend|teaser|comment|most-?(?:read|popular)|newsletter|sidebar|credit|caption", re.I
)
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:e|en|es|in|as|i)?|auteurs?|profiles?|people|staff|journalists?|forfatter|our-team|"
    r"meet-the-team|writers?|firmas?|signature|giornalisti|periodistas?|yazar(?:lar)?|muhabir|penulis|authorview|"
    r"skribent|reporters?|redakt(?:ion|eur)|redaktor\w*|kolumne|columnists?|contributors?|by)/[^/?#]{3,}",
    re.I,
)
_BY_LINE = Wording("bylines.lines", r"(?:WORDS)\s?[:：／/\s]")
_FRAME = ("nav", "footer", "aside", "figure", "figcaption")
_LINE_TAGS = ("p", "div", "span", "li", "address", "a", "dd", "font")
_UNSPACED_NAME = re.compile(
    "(?<![가-힣])([가-힣]{2,4})(?= ?(?:기자|특파원|논설위원))|(?<=記者)[：:／/ ]?([一-鿿]{2,4})(?![一-鿿])"
)
MAX_BEFORE = 40
MAX_AROUND = 120
"""Elements behind the heading in which a byline may stand."""


def read_byline(page: Page) -> list[str]:
    """Return the names of the byline that the page marks, or shows under its heading, as they stand there.

    The nearest to the heading counts, then what stands elsewhere; a desk or an agency where no person is named.
    """
    if page.tree is None:
        return []
    marks = [*dict.fromkeys([*_RELATED(page.tree), *marked(page, _MARKED)])][:200]
    marks = [element for element in marks if not within(element, *_FRAME)]
    heading = main_heading(page.tree, head_titles(page))
    near = set(_nearby(page.tree, heading)) if heading is not None else set()
    close = [element for element in marks if element in near]
    far = [
        element
        for element in marks
        if element not in near and not within(element, "form") and not _stands_beside(element)
    ]
    for candidates in (close, None, far):
        if candidates is None:
            names = next(_under_heading(heading), []) if heading is not None else []
        else:
            names = _marked_names(candidates)
        if names:
            return names
    for element in close:
        if names := _groups(content(element)):
            return names
    return []


def _marked_names(candidates: list[Any]) -> list[str]:
    for fits in (_is_relation, _is_named_byline, _is_name, _is_byline):
        for element in candidates:
            if fits(element) and (names := _names(element)):
                together = list(names)
                for other in candidates:
                    if other is not element and _alike(other, element):
                        together += _names(other)
                return list(dict.fromkeys(together))
    return []


def _nearby(tree: Any, heading: Any) -> Iterator[Any]:
    """The elements around the heading in which its byline stands."""
    before: list[Any] = []
    for element in tree.iter():
        if element is heading:
            break
        before.append(element)
    yield from before[-MAX_BEFORE:]
    yield from islice(_behind(heading), MAX_AROUND)


def _stands_beside(element: Any) -> bool:
    """Whether an element belongs to another article's card, to a picture or to a comment."""
    line = [element, *islice(element.iterancestors(), 4)]
    return any(_BESIDE.search(marks_of(holder)[:MAX_MARKS_CHARS]) for holder in line)


def _groups(text: str) -> list[str]:
    """The desks and agencies in a byline."""
    if not 1 < len(text) < MAX_BYLINE_CHARS:
        return []
    return [name for name in names_in(text) if len(name.split()) < 5 and (is_group(name) or name.startswith("The "))]


def _is_relation(element: Any) -> bool:
    return bool(element.get("rel") == "author" or element.get("itemprop") == "author")


def _is_name(element: Any) -> bool:
    return bool(_NAME_CLASS.search(element.get("class") or ""))


def _is_named_byline(element: Any) -> bool:
    return "byline" in (element.get("class") or "").lower()


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
    """The names in a byline, of its pieces first: roles, dates and links to profiles stand in pieces of their own."""
    if not 3 < len(inline(element)) < MAX_BYLINE_CHARS:
        return []
    if unspaced := _UNSPACED_NAME.findall(content(element)):
        return list(dict.fromkeys("".join(parts) for parts in unspaced))
    pieces = [piece for piece in map(fold, element.itertext()) if piece]
    names = [name for piece in pieces for name in names_in(piece) if looks_like_a_person(name)]
    # What stands on the page is often more than names: only what looks like one is taken.
    names = names or [name for name in names_in(content(element)) if looks_like_a_person(name)]
    return list(dict.fromkeys(names))


def _under_heading(heading: Any) -> Iterator[list[str]]:
    """The byline that nothing marks: a line that begins with "By", or links to profiles, soon behind the heading."""
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
