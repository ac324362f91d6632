-- Removes clusters that were merged away.
DELETE FROM cluster c WHERE c.cluster_id = ANY (%(cluster_ids)s::text[])
  AND NOT EXISTS (SELECT FROM signature s WHERE s.cluster_id = c.cluster_id)
