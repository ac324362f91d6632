"""Feed and sitemaps as text, with the quirks of the feeds that this publisher stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from email.utils import format_datetime
from html import escape

from .content import Article, Edition

SITE_NAME = "The Sample Courier"
_CONTENT = '<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/" />'
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def feed(edition: Edition, origin: str, section: str | None = None) -> str:
    """RSS 2.0 of the last day: no pubDate, no guid, no author; out of date order, one or two items repeated.

    `lastBuildDate` is the feed's own time, never an article's.
    """
    articles = [
        article
        for article in edition.articles
        if article.published.date() == edition.day and section in (None, article.section)
    ]
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{SITE_NAME}</title>'
        f"<link>{origin}/</link><description>News of the coast and the islands.</description>"
        f"<language>en-us</language><lastBuildDate>{format_datetime(edition.built_at)}</lastBuildDate>"
        f"{''.join(map(_item, _shuffled_with_repeats(articles)))}</channel></rss>"
    )


def _item(article: Article) -> str:
    # Stray spaces around titles and descriptions are what such feeds hold.
    trailing, leading = "  " * (article.id % 5 == 0), " " * (article.id % 3 == 0)
    return (
        f"<item><link>{escape(article.url, quote=False)}</link>"
        f"<title>{escape(article.title, quote=False)}{trailing}</title>"
        f"<description>{leading}{escape(article.lead, quote=False)}</description>{_CONTENT}</item>"
    )


def _shuffled_with_repeats(articles: Sequence[Article]) -> list[Article]:
    """The same disorder every time, so that the feed's ETag holds."""
    shuffled = [*articles[1::2], *articles[0::2]]
    return shuffled + shuffled[:1] + (shuffled[3:4] if len(shuffled) > 5 else [])


def months(edition: Edition) -> list[str]:
    """YYYY-MM of every month that has articles, oldest first."""
    return sorted({f"{article.published:%Y-%m}" for article in edition.articles})


def sitemap_index(edition: Edition, origin: str) -> str:
    """The index of the monthly sitemaps, each with the newest lastmod of its articles."""
    entries = [
        (
            f"{origin}/SiteMap/{month}/sitemap-news-{month}.xml",
            max(article.modified for article in _of_month(edition, month)),
        )
        for month in months(edition)
    ]
    return _sitemap("sitemapindex", "sitemap", entries)


def monthly_sitemap(edition: Edition, month: str) -> str:
    """The articles of one month (YYYY-MM), newest first."""
    entries = ((article.url, article.modified) for article in _of_month(edition, month))
    return _sitemap("urlset", "url", entries)


def plain_sitemap(urls: Iterable[str]) -> str:
    """A sitemap of bare URLs."""
    return _sitemap("urlset", "url", ((url, None) for url in urls))


def _of_month(edition: Edition, month: str) -> list[Article]:
    first = date.fromisoformat(f"{month}-01")
    return [article for article in edition.articles if article.published.date().replace(day=1) == first]


def _sitemap(root: str, entry: str, rows: Iterable[tuple[str, datetime | None]]) -> str:
    entries = "\n".join(
        f"<{entry}><loc>{escape(url, quote=False)}</loc>"
        f"{'' if changed is None else f'<lastmod>{changed.isoformat()}</lastmod>'}</{entry}>"
        for url, changed in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {_SITEMAP}>\n{entries}\n</{root}>\n'
