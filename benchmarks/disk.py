"""What an article takes on disk, by table and index: articles of 3.3 KB that were loaded, signed and indexed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.load import NOW, ExtractionContext, server
from mirrorwire.dedupe import signature
from mirrorwire.dedupe.signature import SIGNATURE_VERSION
from mirrorwire.load.articles import Incoming
from mirrorwire.store import db, search
from mirrorwire.store.db import Connection

BATCH = 1_000
SIZES = """
SELECT c.relname, pg_relation_size(c.oid) + coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) AS bytes
FROM pg_class c
WHERE c.relnamespace = 'mirrorwire'::regnamespace AND c.relkind IN ('r', 'i') ORDER BY bytes DESC
"""
SHOWN = 16


def disk_lines(articles: int) -> Iterator[str]:
    """Yield a table of what an article takes, of the largest tables and indexes and of all, as Markdown."""
    with server() as url, db.connect(url) as conn:
        desk = ExtractionContext(conn)
        for _ in range(0, articles, BATCH):
            rows = desk.rows(BATCH)
            desk.extracted(rows)
            desk.step()
            _sign(conn, rows)
            search.index(conn)
        conn.execute("VACUUM ANALYZE")
        sizes = conn.execute(SIZES.encode()).fetchall()
    total = sum(size for _, size in sizes)
    yield ""
    yield "## On disk"
    yield ""
    yield (
        f"{articles:,} articles of 3.3 KB with four tags, two authors and an image, each fetched once, loaded, signed "
        f"and indexed: {total / articles / 1000:.1f} KB an article, apart from the archive."
    )
    yield ""
    yield "| table with its long values, or index | bytes an article |"
    yield "| --- | --- |"
    for name, size in sizes[:SHOWN]:
        yield f"| {name} | {size / articles:,.0f} |"
    yield f"| all others | {sum(size for _, size in sizes[SHOWN:]) / articles:,.0f} |"


def _sign(conn: Connection, rows: Sequence[Incoming]) -> None:
    """Store what near duplicates of the articles are found by: each text is nobody's duplicate."""
    with conn.cursor() as cursor:
        signed = [(row, signature(row.article.text)) for row in rows]
        with cursor.copy(
            "COPY text_signature (text_hash, cluster_id, signature_version, minhash, bands) FROM STDIN"
        ) as copy:
            for row, text in signed:
                copy.write_row((text.text_hash, row.article_key, SIGNATURE_VERSION, text.minhash, list(text.bands)))
        with cursor.copy(
            "COPY signature (article_key, content_hash, text_hash, published_at, fetched_at) FROM STDIN"
        ) as copy:
            for row, text in signed:
                copy.write_row((row.article_key, row.content_hash, text.text_hash, row.article.published_at, NOW))
