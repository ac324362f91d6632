"""The Scrapy spider of `benchmarks.comparison`: a sitemap spider that extracts by trafilatura and stores by psycopg.

    python comparison_spider.py DATABASE_URL PRIMARY MIRROR

Scrapy's own settings, but that it may ask 127.0.0.1 without a wait. Where the primary answers with an error, the mirror
is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import scrapy
import trafilatura
from scrapy.crawler import CrawlerProcess
from scrapy.spiders import SitemapSpider

TABLE = "CREATE TABLE IF NOT EXISTS scrapy_spider (path text PRIMARY KEY, title text, text text NOT NULL)"
UPSERT = """
INSERT INTO scrapy_spider (path, title, text) VALUES (%s, %s, %s)
ON CONFLICT (path) DO UPDATE SET title = excluded.title, text = excluded.text
"""


class NewsSpider(SitemapSpider):  # type: ignore[misc]
    """Yields an item a page that the sitemap lists."""

    name = "news"
    handle_httpstatus_all = True

    def __init__(self, primary: str, mirror: str, **options: Any) -> None:
        self.primary, self.mirror = primary, mirror
        self.sitemap_urls = [f"{primary}/sitemap.xml"]
        super().__init__(**options)

    def parse(self, response: Any) -> Iterator[Any]:
        path = response.url.removeprefix(self.primary).removeprefix(self.mirror)
        if response.status >= 400 and response.url.startswith(self.primary):
            yield scrapy.Request(self.mirror + path)
            return
        article = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        if article is not None and article.text:
            yield {"path": path, "title": article.title, "text": article.text}


class StorePipeline:
    """Commits each item by itself."""

    def open_spider(self) -> None:
        self.conn = psycopg.connect(sys.argv[1], autocommit=True)
        self.conn.execute(TABLE)

    def close_spider(self) -> None:
        self.conn.close()

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        self.conn.execute(UPSERT, (item["path"], item["title"], item["text"]))
        return item


def main(primary: str, mirror: str) -> None:
    """Run the spider to its end."""
    pipelines = {StorePipeline: 300}
    process = CrawlerProcess({"ITEM_PIPELINES": pipelines, "LOG_LEVEL": "ERROR", "ROBOTSTXT_OBEY": True})
    process.crawl(NewsSpider, primary=primary, mirror=mirror)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[2:])
