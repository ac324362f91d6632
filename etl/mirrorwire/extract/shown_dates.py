"""Dates as a page shows them to its readers: near the heading, marked as a time, or labelled anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from mirrorwire.extract.date_lines import MODIFIED, is_labelled, parted, says_little, short_text
from mirrorwire.extract.datelines import datelines
from mirrorwire.extract.dates import Moment, is_clear, parse_moment
from mirrorwire.extract.near_heading import near_heading
from mirrorwire.extract.page import Page, finder, inline, once_per_page, text_before
from mirrorwire.extract.stated import Kind
from mirrorwire.extract.wording import Wording

MAX_TIMES = 3
MAX_FRAMED = 200
MAX_DATED = 4
MAX_MARKED = 12
MAX_MARKED_CHARS = 80
MAX_LABELLED_CHARS = 60
_YEAR = re.compile(r"(?:19|20)\d{2}")
MAX_LABELLED_ELEMENTS = 3
MIN_SENTENCE_CHARS = 20
MAX_SENTENCE_CHARS = 400
_DATED = finder(
    "(//span | //div | //p | //li | //time)[@class or @id]"
    "[contains(@class,'date') or contains(@class,'Date') or contains(@id,'date')"
    " or contains(@class,'publish') or contains(@class,'timestamp')]"
    "[not(ancestor::aside or ancestor::nav or ancestor::footer[not(ancestor::article)] or ancestor::a)]"
)
_FIRST_PUBLISHED = Wording(
    "dates.first_published", r"(?:WORDS)\s?(?:on|am|le|il|el|em|op|den|:)?\s(?P<date>.{0,40}\d.{0,30})"
)
"""A sentence such as `This article was originally published on 26 Sep 2019`."""


@once_per_page
def timed(page: Page) -> tuple[tuple[Kind, str], ...]:
    """Return the page's first `<time>`s outside its frame."""
    if page.tree is None:
        return ()
    times: list[tuple[Kind, str]] = []
    for element in islice(page.tree.iter("time"), MAX_FRAMED):
        if _in_frame(element):
            continue
        marks = element.get("class") or "", element.get("itemprop") or ""
        label = " ".join((*marks, inline(element)[:60], text_before(element) or ""))
        kind: Kind = "modified" if MODIFIED.search(label) else "published"
        times.append((kind, element.get("datetime") or inline(element)))
        if len(times) == MAX_TIMES:
            break
    return tuple(times)


def _in_frame(element: Any) -> bool:
    """Whether an element stands beside the article: a footer may be the article's own."""
    tags = [up.tag for up in element.iterancestors("aside", "nav", "footer", "article")]
    return "aside" in tags or "nav" in tags or ("footer" in tags and "article" not in tags)


@once_per_page
def dated(page: Page) -> tuple[tuple[Kind, str], ...]:
    """Return what the page shows as a date, the most trusted first: near its heading, marked as one, or labelled."""
    if page.tree is None:
        return ()
    near = near_heading(page)
    alone = [line for line in near if says_little(line[1])]
    marked = list(_marked(page.tree))
    if any(kind == "published" for kind, _ in alone):
        return (*alone, *marked, *near)
    return (*alone, *marked, *_labelled(page.tree), *near, *_first_published(page.tree), *datelines(page))


@once_per_page
def shown_lines(page: Page) -> tuple[str, ...]:
    """Return what the page shows near its heading as its times of publication, else in its first `<time>`s."""
    lines = tuple(text for kind, text in near_heading(page) if kind == "published" and says_little(text))
    return lines or tuple(text for kind, text in timed(page) if kind == "published")


@once_per_page
def shown_moments(page: Page) -> tuple[Moment, ...]:
    """Return the times of publication that the page shows, those alone that can be read in one way."""
    moments = [parse_moment(text) for text in shown_lines(page) if is_clear(text)]
    return tuple(moment for moment in moments if moment is not None)


def _marked(tree: Any) -> Iterator[tuple[Kind, str]]:
    """Elements whose class or id says that they hold a date, and that are no other article's."""
    count = 0
    for element in _DATED(tree)[:MAX_MARKED]:
        text = short_text(element, MAX_MARKED_CHARS)
        if text is None or len(text) < 6 or parse_moment(text) is None:
            continue
        yield ("modified" if MODIFIED.search(text + (element.get("class") or "")) else "published"), text
        count += 1
        if count == MAX_DATED:
            break


def _labelled(tree: Any) -> Iterator[tuple[Kind, str]]:
    """The first line that says what its date is."""
    for element in tree.iter("li", "p", "dd", "div", "span"):
        if len(element) > MAX_LABELLED_ELEMENTS:
            continue
        text = short_text(element, MAX_LABELLED_CHARS) if len(element) else element.text
        if text and 6 <= len(text) <= MAX_LABELLED_CHARS and is_labelled(text):
            yield from parted(text)
            break


def _first_published(tree: Any) -> Iterator[tuple[Kind, str]]:
    """The date in a sentence that says when the article was first published."""
    for text in tree.itertext():
        if len(text) < MIN_SENTENCE_CHARS or not _YEAR.search(text[:MAX_SENTENCE_CHARS]):
            continue
        match = _FIRST_PUBLISHED.search(text[:MAX_SENTENCE_CHARS])
        if match is not None and parse_moment(match["date"]) is not None:
            yield "published", match["date"]
            return
