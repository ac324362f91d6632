"""Which other page a page says that it is: its canonical link and og:url."""

from __future__ import annotations

from urllib.parse import urlsplit

from lxml import html

from mirrorwire.core.records import Source
from mirrorwire.core.urls import article_key, host_of, is_same_article
from mirrorwire.extract.page import Page, absolute, finder
from mirrorwire.extract.structured import Structured

_CANONICAL = finder("/html/head/link[@rel='canonical']/@href")


def named_instead(page: Page, tree: html.HtmlElement, data: Structured, source: Source | None) -> str | None:
    """Return what else than this page its canonical link names.

    `front page`, `no article`, `another article`, or `None`. A publisher's own hosts count as one; a stranger's URL
    says nothing, since articles are syndicated.
    """
    links = [*_CANONICAL(tree)[:1], *data.metas.get("og:url", ())[:1]]
    absolutes = [absolute(link, page) for link in links]
    urls = [url for url in absolutes if url]
    if urls and all(is_front(url) for url in urls):
        return "front page"
    here = article_key(page.url, source) if source and source.article_url else None
    if source is None or here is None:
        return None
    keys = {article_key(url, source) for url in urls if host_of(url, source)}
    if not keys or any(key is not None and is_same_article(key, here) for key in keys):
        return None
    return "no article" if keys == {None} else "another article"


def is_front(url: str) -> bool:
    """Return whether a URL is a front page's address: no path, no query."""
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query
