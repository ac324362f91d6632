"""Feeds and sitemaps that are made to hurt their reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from .content import detail_path
from .faults import Call, fault
from .web import Kind, Response

MANY_URLS = 50_000
_ENTITIES = """<!DOCTYPE {root} [
<!ENTITY a0 "Storm reaches the harbour. ">
{laughs}
<!ENTITY file SYSTEM "file:///etc/hostname">
<!ENTITY far SYSTEM "http://127.0.0.1:{port}/far.txt">
<!ENTITY % dtd SYSTEM "http://127.0.0.1:{port}/far.dtd">
%dtd;
]>
"""


def _with_entities(call: Call, hostile: bytes) -> Response:
    """The normal document behind a DOCTYPE of hostile entities, and `hostile` as its first entry."""
    body = call.normal.body
    root = re.search(rb"<(rss|urlset|sitemapindex)\b", body)
    first = re.search(rb"<(item|url|sitemap)>", body)
    assert root and first
    laughs = "\n".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))  # 10^9 sentences
    doctype = _ENTITIES.format(root=root[1].decode(), laughs=laughs, port=call.elsewhere)
    body = (
        body[: root.start()] + doctype.encode() + body[root.start() : first.start()] + hostile + body[first.start() :]
    )
    return replace(call.normal, body=body, modified=None)


@fault("feed-entities", Kind.FEED)
def feed_entities(call: Call) -> Response:
    """A feed with an item of hostile entities: a billion laughs, a local file, a document and a DTD elsewhere."""
    link = f"http://127.0.0.1:{call.elsewhere}/&file;/&far;"
    text = f"<item><link>{link}</link><title>&a9;&file;</title><description>&far;&a9;</description></item>"
    return _with_entities(call, text.encode())


@fault("sitemap-entities", Kind.SITEMAP)
def sitemap_entities(call: Call) -> Response:
    """The same in a sitemap or its index."""
    entry = "sitemap" if b"<sitemapindex" in call.normal.body else "url"
    loc = f"<loc>{call.origin}/&file;/&far;</loc><lastmod>&a9;</lastmod>"
    return _with_entities(call, f"<{entry}>{loc}</{entry}>".encode())


@fault("sitemap-self", Kind.SITEMAP)
def sitemap_self(call: Call) -> Response:
    """A sitemap index that lists itself in many spellings, in front of what it should list."""
    if b"<sitemapindex" not in call.normal.body:
        return call.normal
    path = call.target.partition("?")[0]
    own = call.origin + path
    spellings = [
        own,
        path,
        f"{own}#again",
        f"{call.other_origin}{path}",
        f"{call.origin}/./{path.lstrip('/')}",
        f"{own}?utm_source=sitemap",
        f"{own}?page=1",
    ]
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in spellings)
    body = call.normal.body.replace(b"<sitemap>", entries.encode() + b"<sitemap>", 1)
    return replace(call.normal, body=body, modified=None)


@fault("sitemap-50000", Kind.SITEMAP)
def sitemap_50000(call: Call) -> Response:
    """A sitemap filled up to the 50,000 URLs that sitemaps.org allows, with articles of years ago that are gone."""
    if b"<urlset" not in call.normal.body:
        return call.normal
    missing = MANY_URLS - call.normal.body.count(b"<url>")
    body = call.normal.body.replace(b"<url>", _old(call.origin, missing) + b"<url>", 1)
    return replace(call.normal, body=body, modified=None)


@cache
def _old(origin: str, count: int) -> bytes:
    def entries() -> Iterator[str]:
        for n in range(count):
            path = detail_path(date(2001, 1, 1) + timedelta(days=n // 20), 10_000_000 + n, f"Story-{n}-of-years-ago")
            yield f"<url><loc>{origin}{path}</loc></url>"

    return "".join(entries()).encode()
