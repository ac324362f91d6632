"""Sitemaps and their indexes, news sitemaps among them, plain or gzip.

ultimate-sitemap-parser was weighed and left: it drops the `lastmod` of an index's children, does not tell a
document that was cut off, wants text where servers send bytes, and keeps its pages in pickle files. Here lxml calls
back element by element, so that no tree is built and a hostile document costs no more memory than its bytes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urljoin

from lxml import etree

from etl.discover import feed
from etl.discover.document import (
    ChildSitemap,
    LinkGatherer,
    SeedDocument,
    as_iso,
    both,
    plain,
    root_of,
    what_is,
    with_real_characters,
)
from etl.errors import SeedUnreadable
from etl.records import Source
from etl.urls import MAX_URL_CHARS, host_of, on_host

MAX_ENTRIES = 100_000
"""Read of one document: twice what sitemaps.org allows."""

_CHUNK_BYTES = 64 * 1024
_MAX_FIELD_CHARS = 8000
# Every & that is not one of XML's own: unescaped in a query string, or naming an entity, which no sitemap needs.
_STRAY_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_FIELDS = {
    ("url", "loc"): "loc",
    ("url", "lastmod"): "lastmod",
    ("sitemap", "loc"): "loc",
    ("sitemap", "lastmod"): "lastmod",
    ("news", "title"): "title",
    ("news", "publication_date"): "published",
}


def read_sitemap(body: bytes, *, url: str, source: Source, seed: str) -> SeedDocument:
    """Return a sitemap's links, or an index's children as the primary host has them.

    A feed given as a sitemap, as sitemaps.org allows, is read as a feed. What was cut off gives its whole entries.
    Raises `SeedUnreadable` for anything else.
    """
    found, damage = plain(body)
    root = root_of(found)
    if root in feed.ROOTS:
        return feed.read_feed(body, url=url, source=source, seed=seed)
    if root not in ("urlset", "sitemapindex"):
        raise SeedUnreadable(url, f"{what_is(found)}, not a sitemap")
    entries, problem = _entries(with_real_characters(found))
    gatherer = LinkGatherer(url=url, source=source, seed=seed)
    children: dict[str, ChildSitemap] = {}
    for entry in entries:
        if entry.kind == "sitemap":
            child = _child(entry, url, source)
            if child is None:
                gatherer.skipped += 1
                gatherer.tally.sitemap(_loc(entry), url)
            else:
                children.setdefault(child.url, child)
        else:
            title = entry.fields.get("title")
            gatherer.add(
                [_loc(entry)],
                title=html.unescape(title) if title else None,
                lastmod=entry.fields.get("lastmod") or entry.fields.get("published"),
            )
    return SeedDocument(
        links=gatherer.links,
        children=tuple(children.values()),
        skipped=gatherer.skipped,
        skipped_by=gatherer.tally.skipped,
        damage=both(damage, problem),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str  # url | sitemap
    fields: dict[str, str]


class _Entries:
    """What lxml calls back: collects the whole `url` and `sitemap` entries right below the root."""

    def __init__(self) -> None:
        self.whole: list[_Entry] = []
        self.ended = False
        self._depth = 0
        self._parent = ""
        self._entry: _Entry | None = None
        self._field: str | None = None
        self._text: list[str] = []
        self._chars = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self._depth += 1
        if self._depth == 2:
            self._entry = _Entry(name, {}) if name in ("url", "sitemap") else None
            self._parent = name
        elif self._depth == 3:
            self._field = _FIELDS.get((self._parent, name))
            self._parent = name if self._field is None else self._parent
        elif self._depth == 4:
            self._field = _FIELDS.get((self._parent, name)) if self._parent == "news" else None
        self._text, self._chars = [], 0

    def data(self, data: str) -> None:
        if self._field and self._entry and self._chars < _MAX_FIELD_CHARS:
            self._text.append(data)
            self._chars += len(data)

    def end(self, tag: str) -> None:
        if self._field and self._entry and self._depth in (3, 4):
            self._entry.fields.setdefault(self._field, "".join(self._text).strip())
        elif self._depth == 2 and self._entry:
            self.whole.append(self._entry)
            self._entry = None
        elif self._depth == 1:
            self.ended = True
        if self._depth == 3 and self._entry:
            self._parent = self._entry.kind
        self._field = None
        self._depth -= 1

    def close(self) -> None:
        """Asked for by lxml."""


def _entries(body: bytes) -> tuple[list[_Entry], str | None]:
    """The whole entries of a sitemap, and what was wrong with it."""
    target = _Entries()
    parser = etree.XMLParser(
        target=cast(Any, target), recover=True, resolve_entities=False, no_network=True, huge_tree=False
    )
    body = _STRAY_AMPERSAND.sub(b"&amp;", body)
    try:
        for start in range(0, len(body), _CHUNK_BYTES):
            # Never closed: closing would end the elements that a cut-off document left open.
            parser.feed(body[start : start + _CHUNK_BYTES])
            if len(target.whole) > MAX_ENTRIES:
                return target.whole[:MAX_ENTRIES], f"more than {MAX_ENTRIES} entries, the rest is left out"
    except etree.XMLSyntaxError as error:
        return target.whole, f"not well-formed ({error.msg}), read as far as it can be"
    if not target.ended:
        return target.whole, f"cut off after {len(target.whole)} entries"
    problem = next(iter(parser.feed_error_log), None)
    if problem is None:
        return target.whole, None
    where = f"line {problem.line}: {problem.message[:200]}"
    return target.whole, f"not well-formed ({where}), read as far as it can be"


def _loc(entry: _Entry) -> str:
    # Escaped twice by many publishers, and once more by the step above inside CDATA.
    return entry.fields.get("loc", "").replace("&amp;", "&")


def _child(entry: _Entry, base: str, source: Source) -> ChildSitemap | None:
    try:
        found = urljoin(base, _loc(entry))
        if len(found) > MAX_URL_CHARS or host_of(found, source) is None:
            return None
        child = on_host(found, source.primary)
        if child == on_host(base, source.primary):
            return None  # an index that names itself
    except ValueError:
        return None
    return ChildSitemap(url=child, lastmod=as_iso(entry.fields.get("lastmod")))
