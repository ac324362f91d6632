"""The authors of an article: what the page states of them, and who of them it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mirrorwire.extract.authors import Authors, read_authors, states_authors
from mirrorwire.extract.bylines import Byline, read_byline
from mirrorwire.extract.name_kinds import NameKind, looks_like_a_person
from mirrorwire.extract.normalize import key
from mirrorwire.extract.page import Page
from mirrorwire.extract.structured import Structured, text_of, types_of

_FIRST_METAS = ("author", "article:author_name")
_AUTHOR_META = re.compile(
    r"(?:^|[.:_\s-]|article|page|post|story|content|parse)(?:authors?(?:[_-]?names?)?|bylines?|byl|creators?|writers?|"
    r"written by|journalists?|reporters?)$"
)
"""Meta names that end in a word for the author: `parsely-author`, `sailthru.author`, `cXenseParse:author`, …"""
_CATALOGUED = re.compile(r"^(?:dc|dcterms|citation|eprints|prism|bepress)[._]")
"""Metas of library catalogues, in which names stand with the surname first."""
_NO_AUTHOR_META = frozenset(["author", "article:author", "article:author_name", "twitter:creator"])
_LABEL = re.compile(r"twitter:label(\d)")
_SURNAME_FIRST = re.compile(r"([^\s,]{2,30}),\s*([^\s,]{1,30}(?:\s[^\s,]{1,30})?)")
_WEB_ADDRESS = ("http", "/", "www.", "@")
MAX_VALUES = 60
MIN_ACCOUNT_CHARS = 4
"""A shorter one is a desk's mark for who sat there (`red`, `ls`)."""


class _Statement(NamedTuple):
    """What one place of the page states."""

    origin: str
    authors: Authors


_NOBODY = _Statement("", Authors())


def article_authors(page: Page, data: Structured, sites: frozenset[str]) -> tuple[tuple[str, ...], str]:
    """Return the article's authors and where they are stated, or nothing and `""`.

    The best statement wins, the first of equals: one that names a person before one that names an account of the site
    (`ann_l`) or an agency, then another organisation, then the site itself. Where statements name different persons,
    the one that the page shows is right; where another holds all names of the best and more, it is the whole.
    """
    stated = [statement for statement in _of_structured_data(data, sites) if statement.authors.names]
    best = min(stated, key=lambda statement: statement.authors.kind, default=_NOBODY)
    if best.authors.kind == NameKind.PERSON:
        return _whole(_confirmed(best, stated, page, sites), stated)
    byline = read_byline(page, sites)
    shown = read_authors(list(byline.names), sites)
    if shown.names and (not best.authors.names or _is_better(shown, byline, best.authors)):
        return shown.names, "page"
    return best.authors.names, best.origin


def _confirmed(best: _Statement, stated: Sequence[_Statement], page: Page, sites: frozenset[str]) -> _Statement:
    """The statement whose persons the page shows, where others name other persons than the best; else the best."""
    rivals = _rivals(best, stated)
    if not rivals:
        return best
    shown = _keys(read_authors(list(read_byline(page, sites).names), sites))
    for statement in (best, *rivals):
        if _keys(statement.authors) & shown:
            return statement
    return best


def _rivals(best: _Statement, stated: Sequence[_Statement]) -> list[_Statement]:
    """The statements that name persons of whom the best names none."""
    return [
        statement
        for statement in stated
        if statement.authors.kind == NameKind.PERSON and not _keys(statement.authors) & _keys(best.authors)
    ]


def _whole(best: _Statement, stated: Sequence[_Statement]) -> tuple[tuple[str, ...], str]:
    """The longest statement of persons that holds all names of the best, and where it stands.

    Properties in the page's markup are left out: they name the authors of cards, too.
    """
    for statement in stated:
        more = statement.origin != "microdata" and _keys(statement.authors) > _keys(best.authors)
        if more and all(map(looks_like_a_person, statement.authors.names)):
            best = statement
    return best.authors.names, best.origin


def _keys(authors: Authors) -> frozenset[str]:
    return frozenset(map(key, authors.names))


def _is_better(shown: Authors, byline: Byline, best: Authors) -> bool:
    """Whether the names that a page shows are better than those it states."""
    if byline.bare or shown.kind >= best.kind:
        return False
    if NameKind.ACCOUNT in (shown.kind, best.kind):
        # Only a byline at the heading says better who an account is, or that an account wrote it and no desk.
        return byline.near and max(map(len, shown.names)) >= MIN_ACCOUNT_CHARS
    return True


def _of_structured_data(data: Structured, sites: frozenset[str]) -> Iterator[_Statement]:
    for node in (data.article, *data.works):
        for name in ("author", "creator"):
            value = node.get(name)
            authors = [data.resolved(author) for author in (value if isinstance(value, list) else [value])]
            yield _Statement("json-ld", read_authors(authors, sites))
    yield _Statement("meta", read_authors(_values(data, *_FIRST_METAS), sites))
    yield _Statement("opengraph", read_authors(_values(data, "article:author"), sites))
    yield _Statement("meta", read_authors(_labelled(data), sites))
    for name in data.metas:
        if name not in _NO_AUTHOR_META and _AUTHOR_META.search(name):
            values = _values(data, name)
            if _CATALOGUED.match(name):
                values = [_given_name_first(value) for value in values]
            yield _Statement("meta", read_authors(values, sites))
    yield _Statement("microdata", read_authors(list(data.microdata.get("author", ())), sites))
    yield _Statement("json-ld", read_authors(_only_person(data), sites))


def _values(data: Structured, *names: str) -> list[str]:
    """The values of metas, addresses of profiles left out."""
    values = [value for name in names for value in data.metas.get(name, ())]
    return [value for value in values if not value.startswith(_WEB_ADDRESS)][:MAX_VALUES]


def _labelled(data: Structured) -> list[str]:
    """What the pairs of label and value of Twitter's cards name behind `Written by`, in any language."""
    values: list[str] = []
    for name, labels in data.metas.items():
        number = _LABEL.fullmatch(name)
        if number and labels and states_authors(labels[0]):
            values += data.metas.get(f"twitter:data{number[1]}", ())[:1]
    return values


def _given_name_first(value: str) -> str:
    name = _SURNAME_FIRST.fullmatch(value)
    return f"{name[2]} {name[1]}" if name else value


def _only_person(data: Structured) -> list[str]:
    """The person whom the page's JSON-LD describes, if it is one alone."""
    persons: set[str] = set()
    for node in data.by_id.values():
        name = text_of(node, 200) if "Person" in types_of(node) else None
        if name:
            persons.add(name)
    return list(persons) if len(persons) == 1 else []
