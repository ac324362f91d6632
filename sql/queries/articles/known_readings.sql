-- All that is loaded of stored articles: their versions, and the captures that said what a version beside them says. Where one
-- waits to be read or loaded again, its version stands for it until then.
SELECT v.article_id, v.capture_id, v.fetched_at, v.content_hash, v.version, v.extractor_version, v.verdict
FROM article_version v
WHERE v.article_id = ANY (%(article_ids)s::bigint[])
UNION ALL
SELECT a.article_id, e.capture_id, c.fetched_at, e.content_hash, NULL, e.extractor_version, e.verdict
FROM article a
JOIN extraction e USING (link_id)
JOIN capture c USING (capture_id)
WHERE a.article_id = ANY (%(article_ids)s::bigint[])
  AND (e.loaded_at IS NOT NULL OR e.loaded_before) AND e.verdict IN ('article', 'suspect') AND e.content_hash IS NOT NULL
  AND NOT EXISTS (SELECT FROM article_version v WHERE v.capture_id = e.capture_id)
  AND NOT EXISTS (SELECT FROM extraction n WHERE n.capture_id = e.capture_id AND n.extractor_version > e.extractor_version
                    AND (n.loaded_at IS NOT NULL OR n.loaded_before))
