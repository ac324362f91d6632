-- Whether a feed has given this title to another article of the source.
SELECT l.article_key FROM link_hint h JOIN link l USING (link_id)
WHERE l.source_key = %(source)s AND l.url <> %(url)s AND h.title = %(title)s LIMIT 1
