-- How many articles a source has of each day of publication, in a zone, and how many all sources have.
SELECT (v.published_at AT TIME ZONE %(timezone)s)::date AS day,
       count(*) FILTER (WHERE a.source_key = %(source)s) AS articles, count(*) AS of_all
FROM article_version v JOIN article a ON a.article_id = v.article_id AND a.current_version = v.version
WHERE v.published_at >= %(since)s AND v.published_at < %(until)s
GROUP BY 1
ORDER BY 1
