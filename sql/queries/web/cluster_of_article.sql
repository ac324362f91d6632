-- The other articles of a group of near duplicates, the earliest published first.
SELECT s.article_key, a.source_key AS source, v.title, s.published_at
FROM text_signature t JOIN signature s USING (text_hash) JOIN article a USING (article_key)
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE t.cluster_id = %(cluster_id)s AND s.article_key <> %(article_key)s
ORDER BY s.published_at NULLS LAST, s.article_key
LIMIT %(limit)s
