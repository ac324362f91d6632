"""A Scrapy spider that does what one would write in an afternoon: a sitemap's pages, extracted, into one table.

    python benchmarks/rival_spider.py SITE DATABASE_URL

For the Python of an environment with scrapy, trafilatura and psycopg; it imports nothing of Mirrorwire.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess

TABLE = "CREATE TABLE page (url text PRIMARY KEY, title text, text text, author text, published text)"
INSERT = "INSERT INTO page VALUES (%s, %s, %s, %s, %s)"
SETTINGS = {
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": True,
    "LOG_LEVEL": "ERROR",
}


class Pages(scrapy.spiders.SitemapSpider):
    """Reads the sitemap's pages and stores each in a transaction of its own."""

    name = "pages"

    def __init__(self, site: str, database: str) -> None:
        self.sitemap_urls = [f"{site}/sitemap.xml"]
        super().__init__()
        self._conn = psycopg.connect(database, autocommit=True)
        self._conn.execute(TABLE)

    def parse(self, response: Any) -> Iterator[Any]:
        """Store what the page says."""
        document = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        if document is not None:
            row = (response.url, document.title, document.text, document.author, document.date)
            self._conn.execute(INSERT, row)
        yield from ()


if __name__ == "__main__":
    crawler = CrawlerProcess(SETTINGS)
    crawler.crawl(Pages, site=sys.argv[1], database=sys.argv[2])
    crawler.start()
