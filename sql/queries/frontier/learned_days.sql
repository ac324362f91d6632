-- The days on which these articles were published, where they are stored and their URL names none.
SELECT l.article_key, (v.published_at AT TIME ZONE s.timezone)::date
FROM link l
JOIN source s USING (source_key)
JOIN article a USING (link_id)
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE l.article_key = ANY (%(keys)s::text[]) AND l.day IS NULL AND v.published_at IS NOT NULL
