"""The plain script of `benchmarks.comparison`: requests, trafilatura, psycopg, as one writes it in an hour.

    python comparison_script.py DATABASE_URL PRIMARY MIRROR

Where the primary answers with an error, the mirror is asked. Each page is committed by itself.
"""

from __future__ import annotations

import re
import sys

import psycopg
import requests
import trafilatura

TABLE = "CREATE TABLE IF NOT EXISTS plain_script (path text PRIMARY KEY, title text, text text NOT NULL)"
UPSERT = """
INSERT INTO plain_script (path, title, text) VALUES (%s, %s, %s)
ON CONFLICT (path) DO UPDATE SET title = excluded.title, text = excluded.text
"""


def main(database_url: str, primary: str, mirror: str) -> None:
    """Store every page that the sitemap lists."""
    with psycopg.connect(database_url, autocommit=True) as conn, requests.Session() as session:
        conn.execute(TABLE)
        sitemap = session.get(f"{primary}/sitemap.xml", timeout=20).text
        for path in re.findall(r"<loc>https?://[^/<]+(/[^<]+)</loc>", sitemap):
            response = session.get(primary + path, timeout=20)
            if not response.ok:
                response = session.get(mirror + path, timeout=20)
            article = trafilatura.bare_extraction(response.content, url=response.url, with_metadata=True)
            if article is not None and article.text:
                conn.execute(UPSERT, (path, article.title, article.text))


if __name__ == "__main__":
    main(*sys.argv[1:])
