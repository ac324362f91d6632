"""The date with which a text begins: `(21 November 2022) The council …`, `LONDON, 21 Nov. 2022 – The council …`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from mirrorwire.extract.date_lines import says_little
from mirrorwire.extract.dates import parse_moment
from mirrorwire.extract.headings import page_heading
from mirrorwire.extract.page import Page, fold
from mirrorwire.extract.stated import Kind

MAX_PARAGRAPHS = 5
"""Paragraphs behind the heading of which one may begin with a dateline: a lead often stands before it."""
MAX_ELEMENTS = 2_000
MIN_CHARS = 60
MAX_CHARS = 120
_BRACKETED = re.compile(r"^[(\[](?P<date>[^()\[\]]{6,30})[)\]]")
_PLACED = re.compile(r"^\W{0,2}[^\W\d_][^\d,()\[\]]{1,40},\s(?P<date>[^()\[\]–—/]{6,30}?\d)\.?\s?(?:[(\[–—/]|--?\s)")


def datelines(page: Page) -> Iterator[tuple[Kind, str]]:
    """Yield the date in the first dateline behind the page's heading, as press releases and notices have one."""
    for paragraph in islice(_paragraphs(page), MAX_PARAGRAPHS):
        match = _BRACKETED.search(paragraph) or _PLACED.search(paragraph)
        if match is not None and says_little(match["date"]) and parse_moment(match["date"]) is not None:
            yield "published", match["date"]
            return


def _paragraphs(page: Page) -> Iterator[str]:
    """The beginnings of the longer paragraphs behind the heading."""
    tree: Any = page.tree
    heading = page_heading(page)
    if tree is None or heading is None:
        return
    is_behind = False
    for element in islice(tree.iter(heading.tag, "p"), MAX_ELEMENTS):
        if element is heading:
            is_behind = True
        elif is_behind and element.tag == "p":
            beginning = _beginning(element)
            if len(beginning) >= MIN_CHARS:
                yield beginning


def _beginning(element: Any) -> str:
    """An element's first characters, on one line; no more of it is read."""
    parts: list[str] = []
    chars = 0
    for part in element.itertext():
        parts.append(part[:MAX_CHARS])
        chars += len(part.strip())
        if chars >= MAX_CHARS:
            break
    return fold("".join(parts))[:MAX_CHARS]
