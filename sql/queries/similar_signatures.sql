-- Stored articles that share a band or the whole text; of a large cluster a sample, those of the same text first.
SELECT article_key, cluster_id, published_at, content_hash, minhash
FROM (SELECT article_key, cluster_id, published_at, text_hash AS content_hash, minhash,
             row_number() OVER (PARTITION BY cluster_id
                                ORDER BY text_hash = %(text_hash)s DESC, published_at, article_key) AS n
      FROM signature
      WHERE signature_version = %(signature_version)s AND article_key <> %(article_key)s
        AND (bands && %(bands)s::bigint[] OR text_hash = %(text_hash)s)) found
WHERE n <= 32
