"""Questions to what is placed: which clusters there are, and what is like one article."""

from __future__ import annotations

from typing import Any

from mirrorwire.core.records import Interval
from mirrorwire.dedupe import NEAR, similarity
from mirrorwire.store import queries
from mirrorwire.store.db import Connection

Row = dict[str, Any]


def listed(conn: Connection, source: str | None, window: Interval | None, min_size: int) -> list[Row]:
    """Return the clusters of at least `min_size` articles, those that were published last first.

    Of a source and a window are those that have an article of it, published in it.
    """
    return queries.rows(
        conn,
        "dedupe/list_clusters",
        source=source,
        since=window.start if window else None,
        until=window.end if window else None,
        min_size=min_size,
    )


def similar_to(conn: Connection, article_key: str) -> list[Row]:
    """Return what is like an article, the most alike first: estimated similarity, and whether it is in its cluster.

    `match` is exact or near; below where a band is shared and too little else, chain where only others between the two
    link them.
    """
    with conn.transaction():
        conn.execute("SET LOCAL enable_seqscan = off")  # as for every look-up by band
        conn.execute("SET LOCAL jit = off")
        rows = queries.rows(conn, "dedupe/similar_articles", article_key=article_key)
    itself = next((row for row in rows if row["article_key"] == article_key), None)
    if itself is None:
        return []
    others = [_compared(row, itself["minhash"]) for row in rows if row is not itself]
    return sorted(others, key=lambda row: (row["similarity"] is None, -(row["similarity"] or 0), row["article_key"]))


def _compared(row: Row, minhash: bytes) -> Row:
    alike = 1.0 if row["same_text"] else similarity(minhash, row["minhash"]) if minhash and row["minhash"] else None
    near = row["shares_a_band"] and alike is not None and alike >= NEAR
    return {
        "article_key": row["article_key"],
        "similarity": alike,
        "match": "exact" if row["same_text"] else "near" if near else "chain" if row["in_cluster"] else "below",
        "in_cluster": row["in_cluster"],
        "cluster_id": row["cluster_id"],
        "source": row["source"],
        "title": row["title"],
        "url": row["url"],
        "published_at": row["published_at"],
    }
