"""Section pages: the articles that a listing in HTML links to."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin

from mirrorwire.core.records import Source
from mirrorwire.seed_formats.document import LinkGatherer, SeedDocument, SeedEntry
from mirrorwire.seed_formats.html import feed_page


def read_section(body: bytes, *, url: str, source: Source, seed: str, content_type: str | None = None) -> SeedDocument:
    """Return the articles that a page links to, in its order; a page without any gives none.

    Links carry no title: cards shorten it, and repeat it beside ages ("3 hours ago") that change by the hour.
    `skipped` counts all its other links. Raises `SeedUnreadable` for what is no HTML.
    """
    anchors = _Anchors()
    _, damage = feed_page(body, url=url, target=anchors, content_type=content_type)
    gatherer = LinkGatherer(url=_based(url, anchors.base), source=source, seed=seed)
    gatherer.gather(anchors.hrefs, lambda href: SeedEntry(urls=(href,)))
    return gatherer.document(damage=damage)


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
