-- The days of the articles of which a run loaded a version: of the URL, else of publication, in the source's zone.
SELECT DISTINCT COALESCE(l.day, (v.published_at AT TIME ZONE s.timezone)::date) AS day
FROM article_version v
JOIN article a USING (article_id)
JOIN link l USING (link_id)
JOIN source s ON s.source_key = a.source_key
WHERE v.loaded_by = %(run_id)s AND (l.day IS NOT NULL OR v.published_at IS NOT NULL)
ORDER BY day
