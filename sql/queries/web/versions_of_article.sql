-- The versions of an article, the newest first, without their texts.
SELECT v.version, v.fetched_at, h.url AS served_by, c.url, v.title, v.change, v.distance_bits, v.verdict,
       v.version = a.current_version AS is_current, v.capture_id
FROM article a JOIN article_version v USING (article_id) JOIN capture c USING (capture_id) JOIN host h ON h.host_id = c.host_id
WHERE a.article_key = %(article_key)s
ORDER BY v.fetched_at DESC, v.capture_id DESC
LIMIT %(limit)s
