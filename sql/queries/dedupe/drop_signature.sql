-- Removes an article's signature; which text and cluster it stood in.
DELETE FROM signature s USING text_signature t
WHERE s.article_key = %(article_key)s AND t.text_hash = s.text_hash
RETURNING s.text_hash, t.cluster_id
