-- Stores what articles say now.
INSERT INTO signature AS s (article_key, text_hash, content_hash, published_at, fetched_at, suspect)
SELECT * FROM unnest(%(keys)s::text[], %(texts)s::bytea[], %(contents)s::bytea[], %(published)s::timestamptz[],
                     %(fetched)s::timestamptz[], %(suspect)s::boolean[])
ON CONFLICT (article_key) DO UPDATE
SET text_hash = excluded.text_hash, content_hash = excluded.content_hash, published_at = excluded.published_at,
    fetched_at = excluded.fetched_at, suspect = excluded.suspect
