-- A page of articles, those that were loaded last first, before one of them.
SELECT a.article_id, a.article_key, a.source_key AS source, v.published_at, v.language, v.title, left(v.text, 240) AS snippet,
       v.canonical_url, v.version, v.verdict, v.doubts
FROM article a JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE (%(source)s::text IS NULL OR a.source_key = %(source)s) AND a.article_id < %(before)s
ORDER BY a.article_id DESC
LIMIT %(limit)s
