-- Gives extractions back the text that stands in the version they belong to, before that one is written anew.
UPDATE extraction e SET body = v.text
FROM unnest(%(captures)s::bigint[], %(extractors)s::int[], %(article_ids)s::bigint[], %(versions)s::int[])
     AS i (capture_id, extractor_version, article_id, version)
JOIN article_version v USING (article_id, version)
WHERE e.capture_id = i.capture_id AND e.extractor_version = i.extractor_version AND e.body IS NULL AND e.loaded_at IS NOT NULL
