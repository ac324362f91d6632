-- Stored texts that share a band with each of those asked about, or are the same, with the first published article of
-- each that is not among `keys`, if there is one. Of a cluster with many only `most`: `in_cluster` tells how many there are.
-- `only` asks about some of the texts at hand.
SELECT a.text_hash AS asked, f.text_hash, f.minhash, f.cluster_id, f.in_cluster, s.article_key, s.published_at, s.suspect
FROM text_at_hand a
CROSS JOIN LATERAL (
    SELECT t.text_hash, t.minhash, t.cluster_id,
           row_number() OVER (PARTITION BY t.cluster_id ORDER BY t.text_hash) AS n,
           count(*) OVER (PARTITION BY t.cluster_id) AS in_cluster
    FROM text_signature t
    WHERE t.bands && a.bands AND t.signature_version = %(version)s AND t.text_hash <> a.text_hash
) f
LEFT JOIN LATERAL (
    SELECT s.article_key, s.published_at, s.suspect FROM signature s
    WHERE s.text_hash = f.text_hash AND s.article_key <> ALL (%(keys)s::text[])
    ORDER BY s.suspect, s.published_at, s.article_key COLLATE "C"
    LIMIT 1
) s ON true
WHERE f.n <= %(most)s AND (%(only)s::bytea[] IS NULL OR a.text_hash = ANY (%(only)s))
UNION ALL
SELECT t.text_hash, t.text_hash, t.minhash, t.cluster_id, 1, s.article_key, s.published_at, s.suspect
FROM text_at_hand a JOIN text_signature t USING (text_hash)
LEFT JOIN LATERAL (
    SELECT s.article_key, s.published_at, s.suspect FROM signature s
    WHERE s.text_hash = t.text_hash AND s.article_key <> ALL (%(keys)s::text[])
    ORDER BY s.suspect, s.published_at, s.article_key COLLATE "C"
    LIMIT 1
) s ON true
WHERE %(only)s::bytea[] IS NULL
