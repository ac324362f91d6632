-- When the heads of these clusters were published, and whether they are suspect.
SELECT article_key, published_at, suspect FROM signature WHERE article_key = ANY (%(clusters)s::text[])
