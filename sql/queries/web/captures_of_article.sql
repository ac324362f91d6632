-- The stored pages of an article, the newest first, and what those were that are not the article.
SELECT c.capture_id, c.url, h.url AS host, c.fetched_at, c.status, c.content_type, r.verdict AS rejected_as, c.damaged, c.away
FROM article a JOIN capture c USING (link_id) JOIN host h USING (host_id) LEFT JOIN rejection r USING (capture_id)
WHERE a.article_key = %(article_key)s
ORDER BY c.fetched_at DESC, c.capture_id DESC
LIMIT %(limit)s
