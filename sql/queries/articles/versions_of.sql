-- An article's versions in the order of time, with who served them.
SELECT v.version, v.fetched_at, h.url AS served_by, c.url, v.title, v.text, v.corrections, v.version = a.current_version AS is_current,
       v.verdict
FROM article a
JOIN article_version v USING (article_id)
JOIN capture c USING (capture_id)
JOIN host h ON h.host_id = c.host_id
WHERE a.article_key = %(article_key)s
ORDER BY v.fetched_at, v.capture_id
