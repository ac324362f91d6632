"""Elements found by what they are named: their class, or else their id or label. One walk a page."""

from __future__ import annotations

import re

from lxml import etree

from mirrorwire.extract.page import Page

MAX_MARKS_CHARS = 300


def marks_of(element: etree._Element) -> str:
    """Return an element's class, or, without one, its id or label, or `""`."""
    return element.get("class") or element.get("id") or element.get("aria-label") or ""


def marked(page: Page, *patterns: re.Pattern[str]) -> list[etree._Element]:
    """Return the elements whose marks one of the patterns finds, in document order; each spelling is looked at once.

    To be asked before the tree is changed: the walk is not made again.
    """
    if page.tree is None:
        return []
    if "marks" not in page.kept:
        page.kept["marks"] = _by_spelling(page.tree)
    known: dict[str, list[tuple[int, etree._Element]]] = page.kept["marks"]
    found: list[tuple[int, etree._Element]] = []
    for marks, elements in known.items():
        if any(pattern.search(marks, 0, MAX_MARKS_CHARS) for pattern in patterns):
            found += elements
    return [element for _, element in sorted(found, key=lambda place: place[0])]


def _by_spelling(tree: etree._Element) -> dict[str, list[tuple[int, etree._Element]]]:
    found: dict[str, list[tuple[int, etree._Element]]] = {}
    for place, element in enumerate(tree.iter(etree.Element)):
        if marks := marks_of(element):
            found.setdefault(marks, []).append((place, element))
    return found
