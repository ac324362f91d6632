-- Marks extractions as loaded. A text goes where a version has it: the one written from this capture, or one of the same letters.
UPDATE extraction e
SET loaded_at = coalesce(e.loaded_at, now()), body = CASE WHEN i.own OR v.text = e.body THEN NULL ELSE e.body END
FROM unnest(%(captures)s::bigint[], %(extractors)s::int[], %(article_ids)s::bigint[], %(versions)s::int[], %(own)s::boolean[])
     AS i (capture_id, extractor_version, article_id, version, own)
JOIN article_version v USING (article_id, version)
WHERE e.capture_id = i.capture_id AND e.extractor_version = i.extractor_version
