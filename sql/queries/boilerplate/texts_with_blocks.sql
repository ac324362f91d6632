-- For each block an article whose stored text may hold it: of each, the first by its key. Of pages since a month, if one is
-- given: without one all pages of the source are read.
SELECT DISTINCT ON (b.block) b.block, coalesce(e.body, v.text) AS text
FROM extraction e
CROSS JOIN LATERAL (SELECT k.article_key FROM link k WHERE k.link_id = e.link_id LIMIT 1) l  -- one by one: never all links
LEFT JOIN LATERAL (SELECT x.text FROM article_version x WHERE x.capture_id = e.capture_id LIMIT 1) v ON true
CROSS JOIN LATERAL unnest(e.blocks) AS b (block)
WHERE e.source_key = %(source)s AND e.blocks && %(blocks)s::bigint[] AND b.block = ANY (%(blocks)s::bigint[])
  AND (%(since)s::date IS NULL OR e.month >= %(since)s)
  AND coalesce(e.body, v.text) IS NOT NULL
ORDER BY b.block, l.article_key, e.capture_id
