"""Section pages: the articles that a listing in HTML links to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urljoin

from lxml import etree

from etl.discover.document import LinkGatherer, SeedDocument, encoding_of, is_html, plain, what_is
from etl.errors import SeedUnreadable
from etl.records import Source

MAX_PAGE_BYTES = 8 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


def read_section(body: bytes, *, url: str, source: Source, seed: str) -> SeedDocument:
    """Return the articles that a page links to, in its order; a page without any gives none.

    Links carry no title: cards shorten it, and repeat it beside ages ("3 hours ago") that change by the hour.
    `skipped` counts all its other links. Raises `SeedUnreadable` for what is no HTML.
    """
    found, damage = plain(body, MAX_PAGE_BYTES)
    if not is_html(found):
        raise SeedUnreadable(url, f"{what_is(found)}, not an HTML page")
    anchors = _Anchors()
    parser = etree.HTMLParser(target=cast(Any, anchors), encoding=encoding_of(found), no_network=True, huge_tree=False)
    try:
        for start in range(0, len(found), _CHUNK_BYTES):
            parser.feed(found[start : start + _CHUNK_BYTES])
    except etree.XMLSyntaxError as error:
        damage = damage or f"broken HTML ({error.msg}), read as far as it can be"
    gatherer = LinkGatherer(url=_based(url, anchors.base), source=source, seed=seed)
    for href in anchors.hrefs:
        gatherer.add([href])
    return SeedDocument(links=gatherer.links, skipped=gatherer.skipped, damage=damage)


class _Anchors:
    """What lxml calls back: keeps the targets of links, so that a hostile page builds no tree."""

    def __init__(self) -> None:
        self.hrefs: dict[str, None] = {}
        self.base: str | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        href = attributes.get("href")
        if not href:
            return
        if tag == "a" and not href.startswith("#"):
            self.hrefs.setdefault(href)
        elif tag == "base" and self.base is None:
            self.base = href

    def end(self, tag: str) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Asked for by lxml."""


def _based(url: str, base: str | None) -> str:
    try:
        return urljoin(url, base) if base else url
    except ValueError:
        return url
