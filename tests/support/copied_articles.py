"""Many articles in a moment: those that are stored, copied inside the database."""

from __future__ import annotations

from mirrorwire.store.db import Connection

STATEMENTS = (
    """
CREATE TEMP TABLE base AS
SELECT a.article_id, a.article_key, a.link_id, a.current_capture_id, row_number() OVER (ORDER BY a.article_id) AS place
FROM article a
    """,
    """
CREATE TEMP TABLE copies AS
SELECT b.*, b.article_key || t.tail AS key, t.tail
FROM base b,
     LATERAL (SELECT '-of-' || %(times)s::int || '-' || n AS tail FROM generate_series(1, %(times)s::int) AS n) AS t
    """,
    """
INSERT INTO link (source_key, article_key, url, state, discovered_at, discovered_by)
SELECT l.source_key, c.key, l.url || c.tail, l.state, l.discovered_at, l.discovered_by
FROM copies c JOIN link l ON l.link_id = c.link_id
    """,
    """
INSERT INTO capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc, warc_offset,
                     warc_length, chosen, extractor_version)
SELECT k.source_key, l.link_id, k.host_id, k.run_id, k.url || c.tail, k.fetched_at, k.status, k.digest, c.key, 0,
       1, true, 1
FROM copies c JOIN capture k ON k.capture_id = c.current_capture_id JOIN link l ON l.article_key = c.key
    """,
    """
INSERT INTO article (article_key, source_key, link_id, current_version, versions, first_seen_at, current_capture_id,
                     current_fetched_at, current_hash, current_url)
SELECT c.key, a.source_key, k.link_id, 1, 1, a.first_seen_at, k.capture_id, k.fetched_at, a.current_hash, k.url
FROM copies c JOIN article a ON a.article_id = c.article_id JOIN capture k ON k.warc = c.key
    """,
    """
INSERT INTO article_version (article_id, version, capture_id, extractor_version, fetched_at, loaded_by, content_hash,
                             canonical_url, title, lead, text, published_at, published_at_assumed, published_precision,
                             modified_at, section, language, authors, tags, image_url, origins)
SELECT n.article_id, 1, n.current_capture_id, 1, v.fetched_at, v.loaded_by, v.content_hash, v.canonical_url || c.tail,
       v.title, v.lead, v.text, v.published_at + n.article_id * interval '1 second', v.published_at_assumed,
       v.published_precision, v.modified_at, v.section, v.language, v.authors, v.tags, v.image_url, v.origins
FROM copies c JOIN article a ON a.article_id = c.article_id
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
JOIN article n ON n.article_key = c.key
    """,
    """
INSERT INTO article_url (article_id, url, host_id, first_seen_at)
SELECT n.article_id, u.url || c.tail, u.host_id, u.first_seen_at
FROM copies c JOIN article_url u ON u.article_id = c.article_id JOIN article n ON n.article_key = c.key
    """,
)


def copy_articles(conn: Connection, times: int) -> None:
    """Copy each article so many times, with a link, a capture and URLs of its own."""
    conn.execute("DROP TABLE IF EXISTS base, copies")
    for statement in STATEMENTS:
        conn.execute(statement.encode(), {"times": times} if "%(times)s" in statement else None)
