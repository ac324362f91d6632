-- Articles whose text shares a band with that of one, or is the same, and the other members of its cluster; itself too.
WITH asked AS MATERIALIZED (
    SELECT t.text_hash, t.cluster_id, t.signature_version, t.bands
    FROM signature s JOIN text_signature t USING (text_hash) WHERE s.article_key = %(article_key)s)
SELECT s.article_key, l.source_key AS source, v.title, l.url, s.published_at, t.cluster_id, t.minhash,
       t.text_hash = a.text_hash AS same_text, t.cluster_id = a.cluster_id AS in_cluster,
       t.bands && a.bands AND t.signature_version = a.signature_version AS shares_a_band
FROM asked a
CROSS JOIN LATERAL (SELECT x.text_hash FROM text_signature x
                    WHERE x.bands && a.bands AND x.signature_version = a.signature_version
                    UNION SELECT x.text_hash FROM text_signature x WHERE x.cluster_id = a.cluster_id) x
JOIN text_signature t ON t.text_hash = x.text_hash
JOIN signature s ON s.text_hash = x.text_hash
JOIN link l USING (article_key)
LEFT JOIN article b USING (article_key)
LEFT JOIN article_version v ON v.article_id = b.article_id AND v.version = b.current_version
