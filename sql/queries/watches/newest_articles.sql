-- The newest articles of a source or a language.
SELECT a.article_key, a.source_key AS source, v.published_at, v.language, v.title, v.canonical_url
FROM article a JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE (%(source)s::text IS NULL OR a.source_key = %(source)s)
  AND (%(language)s::text IS NULL OR lower(v.language) = lower(%(language)s)
       OR starts_with(lower(v.language), lower(%(language)s) || '-'))
ORDER BY a.first_seen_at DESC, a.article_key
LIMIT %(limit)s
