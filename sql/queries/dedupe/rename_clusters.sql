-- Puts all texts of clusters into others.
UPDATE text_signature t SET cluster_id = m.to_id
FROM unnest(%(from_ids)s::text[], %(to_ids)s::text[]) AS m (from_id, to_id)
WHERE t.cluster_id = m.from_id
