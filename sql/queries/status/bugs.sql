-- The bugs that the last run of each kind met, by place: on how many items, one of these, and what was raised last.
SELECT b.source_key AS source, b.place, (array_agg(b.error ORDER BY b.met_at DESC, b.bug_id DESC))[1] AS error,
       count(DISTINCT b.item) AS items, min(b.item) AS item, max(b.met_at) AS met_at
FROM (SELECT DISTINCT ON (source_key, kind) run_id FROM run
      WHERE %(source)s::text IS NULL OR source_key = %(source)s
      ORDER BY source_key, kind, run_id DESC) r
JOIN bug b USING (run_id)
GROUP BY b.source_key, b.place
ORDER BY b.source_key, count(DISTINCT b.item) DESC, b.place
