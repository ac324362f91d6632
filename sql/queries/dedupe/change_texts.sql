-- Has articles stand under another text.
UPDATE signature s SET text_hash = m.text_hash
FROM unnest(%(keys)s::text[], %(texts)s::bytea[]) AS m (article_key, text_hash)
WHERE s.article_key = m.article_key
