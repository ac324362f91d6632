"""Feeds: RSS of any version, RSS 1.0 (RDF), Atom and JSON Feed, with the quirks of real ones.

feedparser reads only what is not well-formed, entry by entry. It takes the links of extensions for an item's own, lets
`xml:base` of one entry hold for the next, drops what stands behind a base that is no URL, and raises for several
extensions; of sound XML there is nothing that it could mend.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

import feedparser

from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.records import Source
from mirrorwire.seed_formats.document import LinkGatherer, SeedDocument, SeedEntry, both, plain, what_is
from mirrorwire.seed_formats.entries import Entry, Field, FieldElement, entries_of
from mirrorwire.seed_formats.json_feed import is_json, read_json_feed
from mirrorwire.seed_formats.markup import markup_of

ROOTS = frozenset({"rss", "feed", "rdf"})
MAX_FEED_BYTES = 4 * 1024 * 1024
"""Read of one feed; feeds of news hold less than 1 MB."""
_MAX_MENDED_BYTES = 16 * 1024
"""Given to feedparser of one damaged item: it takes up to 4 s a MB over hostile markup."""

_NAMES = ("item", "entry")
_CHANGED = ("updated", "modified", "date")
_PUBLISHED = ("pubdate", "published", "issued")
_PLACES: frozenset[FieldElement] = frozenset(
    (None, name) for name in ("link", "origlink", "guid", "id", "title", *_CHANGED, *_PUBLISHED)
)
_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_DUBLIN_CORE = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
_FEEDBURNER = "http://rssnamespace.org/feedburner/ext/1.0"
_ALTERNATE = ("", "alternate", "http://www.iana.org/assignments/relation/alternate")
_PAGES = ("", "text/html", "application/xhtml+xml")


def read_feed(body: bytes, *, url: str, source: Source, seed: str, content_type: str | None = None) -> SeedDocument:
    """Return a feed's links in its order; an empty feed has none. `content_type` is the HTTP header's.

    A link's `lastmod` is the item's own `updated` or `pubDate`, `None` where it states none: the feed's build time
    says nothing about an article. A feed that was cut off gives its whole items. Raises `SeedUnreadable` for
    anything else.
    """
    gatherer = LinkGatherer(url=url, source=source, seed=seed)
    plain_body, damage = plain(body, MAX_FEED_BYTES)
    if is_json(plain_body):
        return read_json_feed(plain_body, gatherer, damage)
    markup = markup_of(body, limit=MAX_FEED_BYTES, content_type=content_type)
    if markup.root not in ROOTS:
        raise SeedUnreadable(url, f"{what_is(plain_body)}, not a feed")
    read = entries_of(markup.body, url=url, names=_NAMES, places=_PLACES, label="items")
    gatherer.gather(read.entries, _stated)
    return gatherer.document(damage=both(markup.damage, read.damage))


def _stated(entry: Entry) -> SeedEntry:
    """What an item states. The URLs that may be its own are those of its `link` first, then what stands behind them.

    A feed service's own links hide the original in feedburner:origLink, or in a guid that is a permanent link.
    """
    own = [field for field in entry.fields if field.namespace == entry.namespace]
    atom = [field for field in entry.fields if field.namespace in _ATOM and field.namespace != entry.namespace]
    core = [field for field in entry.fields if field.namespace in _DUBLIN_CORE]
    urls = [*_links(own), *_links(atom), *_originals(entry.fields), *_ids(own)]
    stated = SeedEntry(
        urls=tuple(urls),
        title=_text((*own, *core), ("title",)),
        lastmod=_text((*own, *core, *atom), _CHANGED) or _text((*own, *core, *atom), _PUBLISHED),
    )
    return stated if urls or not entry.markup else _mended(entry, stated)


def _links(fields: list[Field]) -> Iterator[str]:
    """The URLs of links: an RSS link's text, or an Atom link that leads to the entry itself, pages first."""
    links = [field for field in fields if field.name == "link"]
    for link in links:
        if text := link.text.strip():
            yield _absolute(link, text)
    alternates = [
        link for link in links if not link.text.strip() and link.attributes.get("rel", "").strip().lower() in _ALTERNATE
    ]
    for link in sorted(alternates, key=lambda link: link.attributes.get("type", "").strip().lower() not in _PAGES):
        if href := link.attributes.get("href", "").strip():
            yield _absolute(link, href)


def _originals(fields: list[Field]) -> Iterator[str]:
    for field in fields:
        if field.name == "origlink" and field.namespace in (_FEEDBURNER, "feedburner") and field.text.strip():
            yield _absolute(field, field.text.strip())


def _ids(fields: list[Field]) -> Iterator[str]:
    """Ids that are URLs: a number, or a name such as tag:example.org,2026:1, leads nowhere."""
    for field in fields:
        is_named_only = field.attributes.get("ispermalink", "").strip().lower() == "false"
        is_link = field.name == "id" or (field.name == "guid" and not is_named_only)
        text = field.text.strip()
        if is_link and text.lower().startswith(("http://", "https://")):
            yield text


def _absolute(field: Field, link: str) -> str:
    link = link.replace("&amp;", "&")  # escaped twice by many publishers
    try:
        return urljoin(field.base, link)
    except ValueError:
        return link


def _text(fields: tuple[Field, ...], names: tuple[str, ...]) -> str | None:
    texts = (field.text.strip() for field in fields if field.name in names)
    return next((html.unescape(text) for text in texts if text), None)


def _mended(entry: Entry, stated: SeedEntry) -> SeedEntry:
    """What feedparser makes of a damaged item in which we have found no link; what it raises is no news of it."""
    markup = (entry.markup or b"")[:_MAX_MENDED_BYTES]
    headers = {"content-location": entry.base, "content-type": "application/xml; charset=utf-8"}
    try:
        # A stream, never the bytes: feedparser opens what looks like the name of a file.
        parsed = feedparser.parse(
            BytesIO(markup), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        item: Any = parsed.entries[0] if parsed.entries else {}
        link, title = item.get("link"), item.get("title")
    except Exception:
        return stated
    return SeedEntry(
        urls=(link,) if isinstance(link, str) and link.strip() else (),
        title=stated.title or (html.unescape(title) if isinstance(title, str) else None),
        lastmod=stated.lastmod,
    )
