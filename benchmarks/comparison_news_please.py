"""news-please in `benchmarks.comparison`: its library, which fetches and reads many pages at once, and psycopg.

    python comparison_news_please.py DATABASE_URL PRIMARY MIRROR

Where the primary gives no article, the mirror is asked. Each article is committed by itself.
"""

from __future__ import annotations

import re
import sys
from urllib.request import urlopen

import psycopg
from newsplease import NewsPlease

AT_ONCE = 40
TABLE = "CREATE TABLE IF NOT EXISTS news_please (path text PRIMARY KEY, title text, text text NOT NULL)"
UPSERT = """
INSERT INTO news_please (path, title, text) VALUES (%s, %s, %s)
ON CONFLICT (path) DO UPDATE SET title = excluded.title, text = excluded.text
"""


def main(database_url: str, primary: str, mirror: str) -> None:
    """Store every page that the sitemap lists."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute(TABLE)
        with urlopen(f"{primary}/sitemap.xml", timeout=20) as answer:  # noqa: S310 - the benchmark's own server
            sitemap = answer.read().decode()
        listed = re.findall(r"<loc>https?://[^/<]+(/[^<]+)</loc>", sitemap)
        for first in range(0, len(listed), AT_ONCE):
            paths = listed[first : first + AT_ONCE]
            missing = store(conn, primary, paths)
            if missing:
                store(conn, mirror, missing)


def store(conn: psycopg.Connection, host: str, paths: list[str]) -> list[str]:
    """Store what a host has of these paths; return those without an article."""
    urls = [host + path for path in paths]
    articles = NewsPlease.from_urls(urls, request_args={"timeout": 20}, fetch_images=False)
    missing = []
    for path, url in zip(paths, urls, strict=True):
        article = articles.get(url)
        if article and article.maintext:
            conn.execute(UPSERT, (path, article.title, article.maintext))
        else:
            missing.append(path)
    return missing


if __name__ == "__main__":
    main(*sys.argv[1:])
