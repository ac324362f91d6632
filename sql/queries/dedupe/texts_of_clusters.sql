-- The texts of clusters, with the first published article of each, a suspect one last, and their signatures as far as they are of this version.
SELECT t.text_hash, t.cluster_id, s.article_key, s.published_at, s.suspect,
       CASE WHEN t.signature_version = %(version)s THEN t.minhash ELSE '' END AS minhash,
       CASE WHEN t.signature_version = %(version)s THEN t.bands ELSE '{}' END AS bands
FROM text_signature t
CROSS JOIN LATERAL (
    SELECT s.article_key, s.published_at, s.suspect FROM signature s WHERE s.text_hash = t.text_hash
    ORDER BY s.suspect, s.published_at, s.article_key COLLATE "C"
    LIMIT 1
) s
WHERE t.cluster_id = ANY (%(clusters)s::text[])
ORDER BY t.text_hash
