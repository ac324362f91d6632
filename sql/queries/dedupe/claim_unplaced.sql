-- Locks extracted articles that have no place among the stored ones yet, oldest capture first: those that learning has
-- counted and left as they are.
SELECT e.capture_id, e.extractor_version, l.article_key, e.fields ->> 'title' AS title, e.body, e.content_hash, e.published_at,
       c.fetched_at, e.loaded_before, e.verdict = 'suspect' AS suspect
FROM extraction e JOIN link l USING (link_id) JOIN capture c USING (capture_id)
WHERE e.source_key = %(source)s AND e.verdict IN ('article', 'suspect') AND e.placed_at IS NULL
  AND e.recount = '{}' AND c.extractor_version = e.extractor_version
ORDER BY e.capture_id
LIMIT %(size)s
FOR UPDATE OF e SKIP LOCKED
