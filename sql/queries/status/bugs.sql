-- The bugs that the last run of each kind met, by place: on how many items, one of these, and what was raised last.
SELECT b.source_key AS source, b.place, (array_agg(b.error ORDER BY b.met_at DESC, b.bug_id DESC))[1] AS error,
       count(DISTINCT b.item) AS items, min(b.item) AS item, max(b.met_at) AS met_at
FROM source p
CROSS JOIN unnest('{backfill,live}'::text[]) AS k (kind)
CROSS JOIN LATERAL (SELECT x.run_id FROM run x
                    WHERE x.source_key = p.source_key AND x.kind = k.kind ORDER BY x.run_id DESC LIMIT 1) r
JOIN bug b USING (run_id)
WHERE %(source)s::text IS NULL OR p.source_key = %(source)s
GROUP BY b.source_key, b.place
ORDER BY b.source_key, count(DISTINCT b.item) DESC, b.place
