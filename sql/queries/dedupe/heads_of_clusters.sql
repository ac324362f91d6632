-- When the heads of these clusters were published.
SELECT article_key, published_at FROM signature WHERE article_key = ANY (%(clusters)s::text[])
