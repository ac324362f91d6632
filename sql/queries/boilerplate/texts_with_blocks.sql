-- For each block an article whose stored text may hold it: of each, the first by its key.
SELECT DISTINCT ON (b.block) b.block, coalesce(e.body, v.text) AS text
FROM extraction e
JOIN link l USING (link_id)
LEFT JOIN article_version v USING (capture_id)
CROSS JOIN LATERAL unnest(e.blocks) AS b (block)
WHERE e.source_key = %(source)s AND e.blocks && %(blocks)s::bigint[] AND b.block = ANY (%(blocks)s::bigint[])
  AND coalesce(e.body, v.text) IS NOT NULL
ORDER BY b.block, l.article_key, e.capture_id
