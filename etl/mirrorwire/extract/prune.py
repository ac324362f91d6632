"""A source's own rules of what is no text of its articles: elements that its file names by XPath."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from lxml import etree, html

from mirrorwire.extract.page import take_out


def prune(tree: html.HtmlElement, paths: Iterable[str]) -> None:
    """Take the elements that any of the paths selects out of a tree, with what they hold; the root itself stays.

    The paths were proved when the source file was read: each is XPath that selects elements.
    """
    for path in paths:
        for element in _compiled(path)(tree):
            take_out(element)


@lru_cache(maxsize=256)
def _compiled(path: str) -> Any:
    return etree.XPath(path)
