-- What is stored of these keys: the content last placed, its text and times, and the cluster.
SELECT s.article_key, s.content_hash, s.text_hash, s.published_at, s.fetched_at, t.cluster_id, s.suspect
FROM signature s JOIN text_signature t USING (text_hash)
WHERE s.article_key = ANY (%(keys)s::text[])
