-- Records where extractions stand among all that is stored.
UPDATE extraction e
SET placement = p.kind, nearest_key = p.nearest_key, similarity = p.similarity, placed_at = now()
FROM unnest(%(captures)s::bigint[], %(versions)s::int[], %(kinds)s::text[], %(nearest)s::text[], %(similarities)s::real[])
     AS p (capture_id, extractor_version, kind, nearest_key, similarity)
WHERE e.capture_id = p.capture_id AND e.extractor_version = p.extractor_version
