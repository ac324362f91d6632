-- What is stored of these keys: the content last placed, its time, and the cluster.
SELECT article_key, content_hash, fetched_at FROM signature WHERE article_key = ANY (%(keys)s::text[])
