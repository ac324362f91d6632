-- The key of a placed article that this names: its key, or a URL at which it stands; `keys` are what sources read from it.
SELECT s.article_key FROM signature s
WHERE s.article_key IN (SELECT %(name)s::text
                        UNION SELECT unnest(%(keys)s::text[])
                        UNION SELECT a.article_key FROM article_url u JOIN article a USING (article_id) WHERE u.url = %(name)s)
ORDER BY s.article_key = %(name)s DESC, s.article_key
LIMIT 1
