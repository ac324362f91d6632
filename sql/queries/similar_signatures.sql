-- Stored articles that share a band or the whole text.
SELECT article_key, cluster_id, published_at, text_hash AS content_hash, minhash FROM signature
WHERE signature_version = %(signature_version)s AND article_key <> %(article_key)s
  AND (bands && %(bands)s::bigint[] OR text_hash = %(text_hash)s)
