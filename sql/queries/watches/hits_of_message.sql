-- The articles that a message of a watch tells of, the newest first, and how many they are in all.
SELECT h.event, a.article_key, a.source_key AS source, v.version, v.title, v.canonical_url, v.published_at, v.language,
       count(*) OVER () AS in_all
FROM watch_hit h
JOIN article a USING (article_id)
JOIN article_version v ON v.article_id = h.article_id AND v.version = h.version
WHERE h.message_id = %(message_id)s
ORDER BY v.published_at DESC NULLS LAST, a.article_key, h.event
LIMIT %(limit)s
