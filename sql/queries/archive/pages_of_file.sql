-- Pages of articles that lie in a file of the archive, or whose body does, and what becomes of them without it.
SELECT l.article_key, c.url, c.fetched_at,
       CASE WHEN EXISTS (SELECT FROM article_version v WHERE v.capture_id = c.capture_id) THEN 'loaded'
            WHEN EXISTS (SELECT FROM extraction e WHERE e.capture_id = c.capture_id) THEN 'read'
            WHEN l.state = 'pending' THEN 'fetched again'
            ELSE 'lost' END AS state
FROM capture c JOIN link l USING (link_id)
WHERE c.chosen AND (c.warc = %(warc)s OR c.payload_id IN (SELECT p.capture_id FROM capture p WHERE p.warc = %(warc)s))
ORDER BY l.article_key, c.fetched_at
