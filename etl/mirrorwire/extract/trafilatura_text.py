"""The text that trafilatura finds on a page, from its parsed tree. The only user of its extraction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from copy import copy
from functools import cache
from typing import Any

from lxml import etree, html

_LEFT_OUT = ("nav", "footer", "menu", "select", "noscript", "button", "picture", "video", "audio", "dialog", "head")
"""Elements that trafilatura takes out of each page, whatever they hold."""
_STRIPPED = ("img", "font", "ins", "mark", "abbr", "acronym", "cite", "data", "big", "tbody", "bdi", "bdo", "dfn")
"""Elements that it takes out of each page, and whose text it keeps."""
_TEXTS = ("p", "article", "main", "h1", "blockquote", "table", "pre")
"""What its last resorts look for, in such an element too."""


def trafilatura_text(tree: html.HtmlElement, *, fast: bool) -> str:
    """Return the lines of trafilatura's text, `""` where it finds none. The tree stays as it is.

    `fast` leaves its comparison with other extractors out.

    `deduplicate` stays off: its store is the process's, and a page's third extraction would come out empty.
    """
    read = _flattened(tree) if fast else tree
    document = _extractor()(read, fast=fast, include_comments=False, include_tables=True, with_metadata=False)
    return document.text or "" if document is not None else ""


def _flattened(tree: html.HtmlElement) -> html.HtmlElement:
    """A copy of the page whose menus are mere text, without elements that only hold text: all of them would be copied
    and searched again and again before they are taken out.

    Words in menus stay, since trafilatura weighs what it found against all that the page says.
    """
    flat = copy(tree)
    for element in reversed([*flat.iter(*_LEFT_OUT)]):
        if len(element) and next(element.iter(*_TEXTS), None) is None:
            words = " ".join(element.itertext())
            del element[:]
            element.text = words
    etree.strip_tags(flat, *_STRIPPED)
    return flat


@cache
def _extractor() -> Callable[..., Any]:
    """trafilatura's extraction, imported when the first page needs it: it takes a quarter of a second."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    # What becomes of a page is told in its verdict; trafilatura's own log would only repeat it.
    for name in ("trafilatura", "readability", "justext", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    extract: Callable[..., Any] = bare_extraction
    return extract
