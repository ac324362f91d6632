-- Texts whose signature is of an older version, each as one of its articles has it: null where it is stored nowhere any more.
SELECT t.text_hash, t.cluster_id, x.text
FROM (SELECT text_hash, cluster_id FROM text_signature WHERE signature_version < %(version)s LIMIT %(size)s) t
LEFT JOIN LATERAL (
    SELECT coalesce(v.text, e.body) AS text
    FROM signature s
    JOIN link l USING (article_key)
    LEFT JOIN LATERAL (
        SELECT v.text FROM article a JOIN article_version v USING (article_id)
        WHERE a.article_key = s.article_key AND v.content_hash = s.content_hash
        ORDER BY v.version LIMIT 1
    ) v ON true
    LEFT JOIN LATERAL (
        SELECT e.body FROM extraction e
        WHERE e.link_id = l.link_id AND e.content_hash = s.content_hash AND e.body IS NOT NULL
        ORDER BY e.capture_id LIMIT 1
    ) e ON true
    WHERE s.text_hash = t.text_hash AND coalesce(v.text, e.body) IS NOT NULL
    LIMIT 1
) x ON true
