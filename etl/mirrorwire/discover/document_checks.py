"""What hosts serve for a seed: whether it is whole, what stands in its place, and what several give together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import BLOCK_PAGES, SeedKind, Source, Verdict
from mirrorwire.core.urls import MAX_URL_CHARS
from mirrorwire.fetch.answers import Answer
from mirrorwire.fetch.page import Verify
from mirrorwire.http.guard import ASCII_PRINTABLE
from mirrorwire.http.limits import PAGE_CAPS
from mirrorwire.seed_formats.document import ChildSitemap, SeedDocument, is_html
from mirrorwire.seed_formats.skipped import why_none

NO_LINK = "without a link to an article"
NO_LINK_AT_ALL = "a page without a single link, as sites have that scripts build in the reader's browser"
MAX_SAID = 20
"""So many problems of one seed are listed, then how many more there are."""


def block_page(exchange: Exchange, verify: Verify, source: Source) -> Verdict | None:
    """Return what an HTML page in a seed's place is, if a notice: no end of a listing, and its host's failure."""
    if len(exchange.body) > PAGE_CAPS.decoded_bytes or not is_html(exchange.body.lstrip()):
        return None
    content_type = exchange.header("Content-Type")
    verdict = verify(exchange.body, url=exchange.url, content_type=content_type, source=source)
    return verdict if verdict.kind in BLOCK_PAGES else None


def flaw(document: SeedDocument, kind: SeedKind, *, may_end: bool) -> str | None:
    """Return what is wrong with a document that may be had whole elsewhere: readers of it alone would miss articles.

    A sitemap without a link is as good as any, and so is a listing's page which `may_end` it.
    """
    if document.damage or document.links or kind == "sitemap" or may_end:
        return document.damage
    if document.skipped_by.total:
        return why_none(document.skipped_by)
    return NO_LINK_AT_ALL if kind == "section" else NO_LINK


def joined(parsed: Mapping[str, SeedDocument], answers: Iterable[Answer]) -> SeedDocument | None:
    """Return all that the documents of these answers give, each link and sitemap once; `None` where there is none.

    `parsed` holds them by the URL that served them.
    """
    exchanges = [answer.exchange for answer in answers if answer.exchange]
    documents = [parsed[exchange.url] for exchange in exchanges if exchange.url in parsed]
    links = {link.article_key: link for document in reversed(documents) for link in reversed(document.links)}
    children = {child.url: child for document in reversed(documents) for child in reversed(document.children)}
    if not documents:
        return None
    return SeedDocument(
        links=tuple(reversed(links.values())),
        children=tuple(reversed(children.values())),
        skipped=documents[0].skipped,
        skipped_by=documents[0].skipped_by,
    )


def askable(children: Iterable[ChildSitemap]) -> Iterator[ChildSitemap]:
    """Yield the sitemaps that can be asked for and stored: a stranger may write anything for a URL."""
    for child in children:
        if child.url.isprintable() and len(quote(child.url, safe=ASCII_PRINTABLE)) <= MAX_URL_CHARS:
            yield child


def as_line(parts: tuple[str, ...]) -> str | None:
    """Return some of it as one line; `None` for nothing."""
    more = f"and {len(parts) - MAX_SAID} more" if len(parts) > MAX_SAID else None
    return "; ".join((*parts[:MAX_SAID], *((more,) if more else ()))) or None
