"""The names that a page shows beside its text, for pages that state their authors to readers only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from mirrorwire.extract.authors import begins_with_others, names_in
from mirrorwire.extract.byline_lines import (
    bare_name,
    closing_line,
    dated_line,
    line_anywhere,
    lines_under,
    only_profile,
    opening_line,
)
from mirrorwire.extract.byline_places import (
    behind,
    in_frame,
    is_of_others,
    is_profile,
    short_text,
    stands_beside,
    stands_in_comment,
)
from mirrorwire.extract.headings import page_heading
from mirrorwire.extract.marks import marked
from mirrorwire.extract.name_kinds import NameKind, kind_of, looks_like_a_person, looks_like_an_account
from mirrorwire.extract.page import Page, content, finder, fold, inline

MIN_BYLINE_CHARS = 4
MAX_BYLINE_CHARS = 120
MAX_MARKS = 200
_RELATED = finder("//@rel[contains(., 'author')]/.. | //@itemprop[.='author']/.. | //byline")
# Each begins with a letter, none with a choice: the search then skips from one of these letters to the next.
_MARKED = re.compile(
    r"uthor|yline|autor|Autor|auteur|writer|Writer|reporter|Reporter|attribution|edakt[eø]|kribent|ournalis|ontributor|vcard|"
    r"posted[-_]?by|submitted|user-?name|full-name"
)
_NAME_CLASS = re.compile(r"(?:author|autor|auteur)[\w-]{0,14}(?:name|nombre)|authorName", re.I)
_BYLINE_CLASS = re.compile(
    r"(?:^|[-_\s])(?:byline|bylines|news-author|article-author|article__author|post-author|entry-author|story-author|"
    r"authors?(?:info|line)?|autor(?:e|es|en|i)?|auteurs?|writers?|reporters?|journalists?|journalistes?|"
    r"redakteur\w*|skribent\w*|attribution|contributors?|posted-?by|submitted|username|full-name)(?:$|[\s_-])|"
    r"[a-z](?:Byline|Authors?)(?:$|[\sA-Z_-])",
    re.I,
)
_NO_BYLINE = re.compile(r"(?:bio|related|teaser|comment|box|avatar|image|follow|social)", re.I)
_UNSPACED_NAME = re.compile(
    "(?<![가-힣])([가-힣]{2,4})(?= ?(?:기자|특파원|논설위원))|(?<=記者)[：:／/ ]?([一-鿿]{2,4})(?![一-鿿])"
)
MAX_BEFORE = 40
MAX_AROUND = 120
"""Elements behind the heading in which a byline may stand."""

Names = list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """The names that a page shows.

    `near`: they are named around the heading. `bare`: nothing but their place says that they are the authors'.
    """

    names: tuple[str, ...] = ()
    near: bool = False
    bare: bool = False


def read_byline(page: Page, sites: frozenset[str]) -> Byline:
    """Return the names of the byline that the page marks, or shows around its text, as they stand there.

    The nearest to the heading counts, then lines that begin as bylines do, the text's first and last lines, and what is
    marked elsewhere. A byline that only names the site counts where no other names anybody.
    """
    if page.tree is None:
        return Byline()
    heading = page_heading(page)
    near = set(_nearby(page.tree, heading)) if heading is not None else set()
    marks = [*dict.fromkeys([*_RELATED(page.tree), *marked(page, _MARKED)])][:MAX_MARKS]
    marks = [mark for mark in marks if not in_frame(mark) and not stands_in_comment(mark) and not is_of_others(mark)]
    close = [mark for mark in marks if mark in near]
    far = [mark for mark in marks if mark not in near and not stands_beside(mark)]
    site = Byline()
    for names in _around(close, heading, page):
        byline = Byline(names=tuple(names), near=True)
        if _names_more_than_the_site(byline, sites):
            return byline
        site = site if site.names else byline
    if not site.names:
        for names in _elsewhere(page, heading, far):
            byline = Byline(names=tuple(names))
            if _names_more_than_the_site(byline, sites):
                return byline
            site = site if site.names else byline
    if not site.names and heading is not None:
        return Byline(names=tuple(bare_name(page, heading)), bare=True)
    return site


def _names_more_than_the_site(byline: Byline, sites: frozenset[str]) -> bool:
    return any(kind_of(name, sites) != NameKind.SITE for name in byline.names)


def _around(close: list[Any], heading: Any, page: Page) -> Iterator[Names]:
    """What names the authors around the heading and before the text, the most trusted first."""
    yield _marked_names(close, _names)
    if heading is not None:
        yield lines_under(heading)
    yield opening_line(page)
    yield _marked_names(close, _accounts)
    if heading is not None:
        yield dated_line(page, heading)


def _elsewhere(page: Page, heading: Any, far: list[Any]) -> Iterator[Names]:
    """What names the authors elsewhere, the most trusted first."""
    yield closing_line(page)
    yield _marked_names(far, _names)
    yield line_anywhere(page, heading)
    yield only_profile(page)
    yield _marked_names(far, _accounts)


def _marked_names(marks: list[Any], read: Callable[[Any], Names]) -> Names:
    for fits in (_is_relation, _is_named_byline, _is_name, _is_byline):
        for mark in marks:
            names = read(mark) if fits(mark) else []
            if not names:
                continue
            together = list(names)
            for other in marks:
                if other is not mark and _alike(other, mark):
                    together += read(other)
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
    yield from islice(behind(heading), MAX_AROUND)


def _is_relation(mark: Any) -> bool:
    return bool("author" in (mark.get("rel") or "").split() or mark.get("itemprop") == "author" or mark.tag == "byline")


def _is_name(mark: Any) -> bool:
    return bool(_NAME_CLASS.search(mark.get("class") or ""))


def _is_named_byline(mark: Any) -> bool:
    return "byline" in (mark.get("class") or "").lower()


def _is_byline(mark: Any) -> bool:
    classes = mark.get("class") or ""
    return bool(_BYLINE_CLASS.search(classes)) and not _NO_BYLINE.search(classes)


def _alike(mark: Any, other: Any) -> bool:
    """Whether two elements stand in one list: same tag and class, under one parent or parents of one list."""
    if mark.tag != other.tag or mark.get("class") != other.get("class"):
        return False
    above, beside = mark.getparent(), other.getparent()
    return above is beside or (above is not None and beside is not None and above.getparent() is beside.getparent())


def _names(mark: Any) -> Names:
    """The persons in a byline: in its links to profiles, else in its pieces, else in the whole.

    Roles, dates, sections and other links stand in pieces of their own.
    """
    text = short_text(mark, MAX_BYLINE_CHARS)
    if len(text) < MIN_BYLINE_CHARS or begins_with_others(text):
        return []
    if unspaced := _UNSPACED_NAME.findall(content(mark)):
        return list(dict.fromkeys("".join(parts) for parts in unspaced))
    linked = [inline(link) for link in mark.iter("a") if link.get("rel") == "author" or is_profile(link)]
    pieces = [piece for piece in map(fold, mark.itertext()) if piece]
    for texts in (linked, pieces, [content(mark)]):
        if names := _persons(texts):
            return names
    return []


def _persons(texts: Iterable[str]) -> Names:
    """The persons in the pieces of a byline, as far as they are its authors."""
    names: Names = []
    for text in texts:
        if names and begins_with_others(text):
            break
        names += [name for name in names_in(text) if looks_like_a_person(name)]
    return list(dict.fromkeys(names))


def _accounts(mark: Any) -> Names:
    """What a byline names where that is no full name: an account's name, in a link or alone behind "by"."""
    text = short_text(mark, MAX_BYLINE_CHARS)
    if not text or begins_with_others(text):
        return []
    links = [inline(link) for link in mark.iter("a") if link.get("rel") == "author" or is_profile(link)]
    for text in (*links, content(mark)):
        names = names_in(text)
        if 0 < len(names) < 3 and all(map(looks_like_an_account, names)):
            return names
    return []
