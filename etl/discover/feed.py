"""Feeds: RSS of any version, RSS 1.0 (RDF) and Atom, with the quirks of real ones."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.sax import SAXException

import feedparser

from etl.discover.document import (
    LinkGatherer,
    SeedDocument,
    both,
    plain,
    root_of,
    root_start,
    what_is,
    with_real_characters,
)
from etl.errors import SeedUnreadable
from etl.records import Source

ROOTS = frozenset({"rss", "feed", "rdf"})
MAX_FEED_BYTES = 4 * 1024 * 1024
"""Read of one feed. feedparser takes up to 4 s a MB over hostile markup; feeds of news hold less than 1 MB."""

_DECLARATION = re.compile(rb"<\?xml\b[^>]{0,200}\?>")
_ROOT_NAME = re.compile(rb"<([\w.:-]+)")
_ITEM_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>")
_ITEM_START = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)(?:[\s>]|\Z)")
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.I)
_TAIL_BYTES = 4096


def read_feed(body: bytes, *, url: str, source: Source, seed: str) -> SeedDocument:
    """Return a feed's links in its order; an empty feed has none.

    A link's `lastmod` is the item's own `updated` or `pubDate`, `None` where it states none: the feed's build time
    says nothing about an article. A feed that was cut off gives its whole items. Raises `SeedUnreadable` for
    anything else.
    """
    found, damage = plain(body, MAX_FEED_BYTES)
    if root_of(found) not in ROOTS:
        raise SeedUnreadable(url, f"{what_is(found)}, not a feed")
    whole, cut = _whole_items(with_real_characters(_without_doctype(found)))
    # A stream, never the bytes: feedparser opens what looks like the name of a file.
    parsed = feedparser.parse(BytesIO(whole), sanitize_html=False, resolve_relative_uris=False)
    gatherer = LinkGatherer(url=url, source=source, seed=seed)
    for entry in parsed.entries:
        gatherer.add(
            _urls(entry),
            title=html.unescape(entry.get("title") or ""),
            # Asked for by `in`, since feedparser's `get` answers one with the other.
            lastmod=next((str(entry[name]) for name in ("updated", "published") if name in entry), None),
        )
    if cut:
        damage = both(damage, f"cut off after {len(parsed.entries)} items")
    elif damage is None and isinstance(parsed.get("bozo_exception"), SAXException):
        damage = f"not well-formed ({str(parsed.bozo_exception)[:200]}), read as far as it can be"
    return SeedDocument(
        links=gatherer.links, skipped=gatherer.skipped, skipped_by=gatherer.tally.skipped, damage=damage
    )


def _urls(entry: Any) -> Iterator[str]:
    """The URLs that may be an item's, likeliest first: a feed service's own links hide the original elsewhere."""
    links = entry.get("links", ())
    alternates = (link.get("href") for link in links if link.get("rel", "alternate") == "alternate")
    for found in (entry.get("link"), entry.get("feedburner_origlink"), entry.get("id"), *alternates):
        if isinstance(found, str) and found.strip():
            yield found


def _without_doctype(body: bytes) -> bytes:
    """The body without what stands before its root, but for the XML declaration, which tells the encoding.

    So no entity is ever declared, and feedparser's search for a DOCTYPE, quadratic over blank lines, finds none.
    """
    declaration = _DECLARATION.match(body)
    return (declaration[0] if declaration else b"") + body[root_start(body) :]


def _whole_items(body: bytes) -> tuple[bytes, bool]:
    """The body, and whether it was cut off: one that was ends behind its last whole item, its tags closed.

    Else half a link would be taken for a link, and `/774` for the id of `/774416`.
    """
    if _ROOT_END.search(body[-_TAIL_BYTES:]):
        return body, False
    ends = [match.end() for match in _ITEM_END.finditer(body)]
    first = _ITEM_START.search(body)
    end = ends[-1] if ends else first.start() if first else len(body)
    root = _ROOT_NAME.search(body, root_start(body))
    name = root[1] if root else b"rss"
    return body[:end] + (b"</channel>" if name.lower() == b"rss" else b"") + b"</" + name + b">", True
