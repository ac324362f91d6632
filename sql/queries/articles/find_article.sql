-- The article of one of these keys, loaded or placed, or served at this URL.
SELECT article_key FROM (
    SELECT a.article_key, 0 AS n FROM article a WHERE a.article_key = ANY (%(keys)s)
    UNION ALL
    SELECT s.article_key, 1 FROM signature s WHERE s.article_key = ANY (%(keys)s)
    UNION ALL
    SELECT a.article_key, 2 FROM article_url u JOIN article a USING (article_id) WHERE u.url = %(url)s) found
ORDER BY n, article_key
LIMIT 1
