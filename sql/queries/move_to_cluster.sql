-- Puts articles into a cluster.
UPDATE signature SET cluster_id = %(cluster_id)s
WHERE article_key = ANY (%(keys)s::text[]) AND cluster_id <> %(cluster_id)s
