-- Keeps what a seed document was when its links were put on the frontier.
INSERT INTO seed_document (host_id, url, read_by, read_at, etag, last_modified, lastmod, children, whole)
VALUES (%(host_id)s, %(url)s, %(read_by)s, %(read_at)s, %(etag)s, %(last_modified)s, %(lastmod)s, %(children)s, %(whole)s)
ON CONFLICT (host_id, url) DO UPDATE
SET read_by = excluded.read_by, read_at = excluded.read_at, etag = excluded.etag, last_modified = excluded.last_modified,
    lastmod = excluded.lastmod, children = excluded.children, whole = excluded.whole
WHERE seed_document.read_at <= excluded.read_at
