-- The members of clusters, and of the article's own.
SELECT article_key, published_at, cluster_id FROM signature
WHERE cluster_id = ANY (%(cluster_ids)s::text[])
   OR cluster_id = (SELECT s.cluster_id FROM signature s WHERE s.article_key = %(article_key)s)
