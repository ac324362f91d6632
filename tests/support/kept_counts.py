"""What triggers keep of a database, and the same counted from all that is stored."""

from __future__ import annotations

from mirrorwire.store.db import Connection

KEPT = """
SELECT source_key, sum(articles)::int, sum(suspect)::int, sum(failed)::int, sum(gone)::int, sum(runs_ended)::int
FROM source_tally GROUP BY source_key ORDER BY source_key
"""
COUNTED = """
SELECT source_key, (SELECT count(*)::int FROM article a WHERE a.source_key = s.source_key),
       (SELECT count(*)::int FROM article a WHERE a.source_key = s.source_key AND a.current_verdict = 'suspect'),
       (SELECT count(*)::int FROM link l WHERE l.source_key = s.source_key AND l.state = 'failed'),
       (SELECT count(*)::int FROM link l WHERE l.source_key = s.source_key AND l.state = 'gone' AND l.alias_of IS NULL),
       (SELECT count(*)::int FROM run r WHERE r.source_key = s.source_key AND r.state <> 'running')
FROM source s ORDER BY source_key
"""
UNSEARCHED = """
SELECT a.article_id FROM article a LEFT JOIN article_search s USING (article_id)
WHERE s.capture_id IS DISTINCT FROM a.current_capture_id ORDER BY 1
"""
SHARED = """
SELECT t.cluster_id FROM text_signature t JOIN signature s USING (text_hash) GROUP BY 1 HAVING count(*) > 1 ORDER BY 1
"""
OUTSIDE = """
SELECT c.cluster_id FROM shared_cluster c JOIN text_signature t USING (cluster_id) JOIN signature s USING (text_hash)
WHERE s.published_at < c.first_published_at OR s.published_at > c.last_published_at
   OR s.published_at IS NOT NULL AND c.first_published_at IS NULL
"""
PUBLISHED = """
SELECT a.article_key FROM article a
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE v.published_at IS DISTINCT FROM a.current_published_at
"""


def assert_kept_right(conn: Connection) -> None:
    """Compare what is kept with what is stored: counts, what search has to do, shared clusters, publication."""
    assert conn.execute(KEPT.encode()).fetchall() == conn.execute(COUNTED.encode()).fetchall()
    waiting = set(conn.execute("SELECT article_id FROM unsearched").fetchall())
    assert waiting >= set(conn.execute(UNSEARCHED.encode()).fetchall())
    listed = set(conn.execute("SELECT cluster_id FROM shared_cluster").fetchall())
    assert listed >= set(conn.execute(SHARED.encode()).fetchall())
    assert conn.execute(OUTSIDE.encode()).fetchall() == []
    assert conn.execute(PUBLISHED.encode()).fetchall() == []
