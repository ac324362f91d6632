-- Puts texts into other clusters.
UPDATE text_signature t SET cluster_id = m.cluster_id
FROM unnest(%(texts)s::bytea[], %(clusters)s::text[]) AS m (text_hash, cluster_id)
WHERE t.text_hash = m.text_hash
