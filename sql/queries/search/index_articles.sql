-- index_articles
-- Has search find articles by their current versions.
INSERT INTO article_search (article_id, capture_id, source_key, language, config, published_at, words)
SELECT a.article_id, a.current_capture_id, a.source_key, v.language, c.config, v.published_at,
       search_vector(c.config, v.title, v.lead, v.text)
FROM article a
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
CROSS JOIN LATERAL (SELECT search_config(v.language) AS config) c
WHERE a.article_id = ANY (%(ids)s::bigint[])
ORDER BY a.article_id
ON CONFLICT (article_id) DO UPDATE
SET capture_id = excluded.capture_id, source_key = excluded.source_key, language = excluded.language,
    config = excluded.config, published_at = excluded.published_at, words = excluded.words
