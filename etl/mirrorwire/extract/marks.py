"""Elements found by what they are named: their class, or else their id or label. One walk a page."""

from __future__ import annotations

import re

from lxml import etree

from mirrorwire.extract.page import Page, once_per_page

MAX_MARKS_CHARS = 300


def marks_of(element: etree._Element) -> str:
    """Return an element's class, or, without one, its id or label, or `""`."""
    return element.get("class") or element.get("id") or element.get("aria-label") or ""


def marked(page: Page, *patterns: re.Pattern[str]) -> list[etree._Element]:
    """Return the elements whose marks one of the patterns finds, in document order; each spelling is looked at once.

    To be asked before the tree is changed: the walk is not made again.
    """
    places: list[tuple[int, etree._Element]] = []
    for spelling, elements in _by_spelling(page).items():
        for pattern in patterns:
            if pattern.search(spelling, 0, MAX_MARKS_CHARS):
                places += elements
                break
    return [element for _, element in sorted(places, key=lambda place: place[0])]


@once_per_page
def _by_spelling(page: Page) -> dict[str, list[tuple[int, etree._Element]]]:
    """The page's elements by their marks, each with its place in the document."""
    spellings: dict[str, list[tuple[int, etree._Element]]] = {}
    if page.tree is None:
        return spellings
    for place, element in enumerate(page.tree.iter(etree.Element)):
        if marks := element.get("class") or marks_of(element):
            spellings.setdefault(marks, []).append((place, element))
    return spellings
