-- Stores an article's signature, unless one of a newer capture stands.
INSERT INTO signature AS s (article_key, cluster_id, signature_version, content_hash, text_hash, minhash, bands, published_at,
                            fetched_at)
VALUES (%(article_key)s, %(cluster_id)s, %(signature_version)s, %(content_hash)s, %(text_hash)s, %(minhash)s, %(bands)s,
        %(published_at)s, %(fetched_at)s)
ON CONFLICT (article_key) DO UPDATE
SET signature_version = excluded.signature_version, content_hash = excluded.content_hash, text_hash = excluded.text_hash,
    minhash = excluded.minhash, bands = excluded.bands, published_at = excluded.published_at, fetched_at = excluded.fetched_at
WHERE excluded.fetched_at >= s.fetched_at
