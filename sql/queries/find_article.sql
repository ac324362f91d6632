-- The key of a placed article that this names: its key, or a URL at which it stands.
SELECT s.article_key FROM signature s
WHERE s.article_key = %(name)s OR s.article_key = ANY (%(keys)s::text[])
   OR s.article_key IN (SELECT a.article_key FROM article a JOIN article_url u USING (article_id) WHERE u.url = %(name)s)
ORDER BY s.article_key = %(name)s DESC, s.article_key
LIMIT 1
