"""Sitemaps and their indexes, news sitemaps among them, as XML or as lines of text, plain or gzip.

ultimate-sitemap-parser was weighed and left: it drops the `lastmod` of an index's children, does not tell a
document that was cut off, wants text where servers send bytes, and keeps its pages in pickle files.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.records import Source
from mirrorwire.core.urls import MAX_URL_CHARS, host_of, on_host
from mirrorwire.seed_formats import feed
from mirrorwire.seed_formats.document import (
    MAX_BODY_BYTES,
    ChildSitemap,
    LinkGatherer,
    SeedDocument,
    SeedEntry,
    as_iso,
    both,
    one_by_one,
    plain,
    what_is,
)
from mirrorwire.seed_formats.entries import MAX_ENTRIES, Entry, FieldElement, entries_of
from mirrorwire.seed_formats.markup import in_utf8, markup_of

ROOTS = frozenset({"urlset", "sitemapindex"})
_NAMES = ("url", "sitemap")
_PLACES: frozenset[FieldElement] = frozenset(
    {(None, "loc"), (None, "lastmod"), ("news", "title"), ("news", "publication_date")}
)
_MOST = 0.9
_URL_LINE = re.compile(r"https?://[^\s<>]+", re.I)


def read_sitemap(body: bytes, *, url: str, source: Source, seed: str, content_type: str | None = None) -> SeedDocument:
    """Return a sitemap's links, or an index's children as the primary host has them.

    A feed given as a sitemap, as sitemaps.org allows, is read as a feed, and lines of URLs as a sitemap. What was cut
    off gives its whole entries. `content_type` is the HTTP header's. Raises `SeedUnreadable` for anything else.
    """
    markup = markup_of(body, limit=MAX_BODY_BYTES, content_type=content_type)
    if markup.root in feed.ROOTS:
        return feed.read_feed(body, url=url, source=source, seed=seed, content_type=content_type)
    gatherer = LinkGatherer(url=url, source=source, seed=seed)
    if markup.root not in ROOTS:
        return _read_lines(body, gatherer, content_type, source)
    read = entries_of(markup.body, url=url, names=_NAMES, places=_PLACES, label="entries")
    children: dict[str, ChildSitemap] = {}
    named = [entry for entry in read.entries if entry.name == "sitemap"]
    for entry, child in one_by_one(named, lambda entry: (entry, _child(entry, url, source)), gatherer.bugs):
        if child is None:
            gatherer.skipped += 1
            gatherer.tally.sitemap(_loc(entry), url)
        else:
            children.setdefault(child.url, child)
    gatherer.gather((entry for entry in read.entries if entry.name == "url"), _stated)
    return gatherer.document(damage=both(markup.damage, read.damage), children=children.values())


def _read_lines(body: bytes, gatherer: LinkGatherer, content_type: str | None, source: Source) -> SeedDocument:
    """Return the links of a sitemap of one URL a line; of one cut off, the whole lines.

    A page that says something about URLs is none: nine lines of ten are URLs, and one is on a host of the source.
    """
    plain_body, damage = plain(body)
    lines = in_utf8(plain_body, content_type).decode("utf-8", "replace").splitlines()
    if damage and not plain_body.endswith((b"\n", b"\r")):
        lines = lines[:-1]
    lines = [line.strip() for line in lines if line.strip()]
    urls = [line for line in lines if _URL_LINE.fullmatch(line)]
    if not urls or len(urls) < _MOST * len(lines):
        raise SeedUnreadable(gatherer.base, f"{what_is(plain_body)}, not a sitemap")
    if not any(host_of(line, source) for line in urls):
        raise SeedUnreadable(gatherer.base, "lines of URLs, none of them on a host of this source")
    if len(urls) < len(lines):
        damage = both(damage, f"{len(lines) - len(urls)} of its {len(lines)} lines are no URLs")
    if len(urls) > MAX_ENTRIES:
        damage = both(damage, f"more than {MAX_ENTRIES} entries, the rest is left out")
    gatherer.gather(urls[:MAX_ENTRIES], lambda line: SeedEntry(urls=(line,)))
    return gatherer.document(damage=damage)


def _stated(entry: Entry) -> SeedEntry:
    title = _text(entry, "title")
    return SeedEntry(
        urls=(_loc(entry),),
        title=html.unescape(title) if title else None,
        lastmod=_text(entry, "lastmod") or _text(entry, "publication_date"),
    )


def _text(entry: Entry, name: str) -> str | None:
    """The first text of that name which is not empty."""
    texts = (field.text.strip() for field in entry.fields if field.name == name)
    return next(filter(None, texts), None)


def _loc(entry: Entry) -> str:
    # Escaped twice by many publishers, and once more by the step above inside CDATA.
    return (_text(entry, "loc") or "").replace("&amp;", "&")


def _child(entry: Entry, base: str, source: Source) -> ChildSitemap | None:
    try:
        url = urljoin(base, _loc(entry))
        if len(url) > MAX_URL_CHARS or host_of(url, source) is None:
            return None
        child = on_host(url, source.primary)
        if child == on_host(base, source.primary):
            return None  # an index that names itself
    except ValueError:
        return None
    return ChildSitemap(url=child, lastmod=as_iso(_text(entry, "lastmod")))
