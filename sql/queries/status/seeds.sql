-- Seeds that the last live run which has ended could not read, or that have never shown an article.
SELECT r.source_key AS source, p.seed, p.outcome, p.detail, p.polled_at
FROM (SELECT DISTINCT ON (source_key) source_key, run_id FROM run
      WHERE kind = 'live' AND state <> 'running' AND (%(source)s::text IS NULL OR source_key = %(source)s)
      ORDER BY source_key, run_id DESC) r
JOIN seed_poll p USING (run_id)
WHERE p.outcome = 'failed'
   OR (p.outcome IN ('read', 'unchanged', 'damaged') AND p.links = 0
       AND NOT EXISTS (SELECT FROM seed_poll q JOIN run x USING (run_id)
                       WHERE x.source_key = r.source_key AND q.seed = p.seed AND q.links > 0))
ORDER BY r.source_key, p.seed
