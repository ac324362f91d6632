-- The URLs at which an article was served, with their hosts, the first seen first.
SELECT u.url, h.url AS host, u.first_seen_at
FROM article a JOIN article_url u USING (article_id) JOIN host h USING (host_id)
WHERE a.article_key = %(article_key)s
ORDER BY u.first_seen_at, u.url
LIMIT %(limit)s
