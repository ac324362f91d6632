-- Seeds that the last live run which has ended could not read, or that have never shown an article.
SELECT r.source_key AS source, p.seed, p.outcome, p.detail, p.polled_at
FROM source s
CROSS JOIN LATERAL (SELECT x.source_key, x.run_id FROM run x
                    WHERE x.source_key = s.source_key AND x.kind = 'live' AND x.state <> 'running'
                    ORDER BY x.run_id DESC LIMIT 1) r
JOIN seed_poll p USING (run_id)
WHERE (%(source)s::text IS NULL OR s.source_key = %(source)s)
  AND (p.outcome = 'failed'
       OR (p.outcome IN ('read', 'unchanged', 'damaged') AND p.links = 0
           AND NOT EXISTS (SELECT FROM seed_poll q JOIN run x USING (run_id)
                           WHERE x.source_key = r.source_key AND q.seed = p.seed AND q.links > 0)))
ORDER BY r.source_key, p.seed
