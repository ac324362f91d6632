-- The last run of each kind; whether it was interrupted, and whether a live session works on it.
SELECT r.source_key AS source, r.kind, r.run_id, r.external_id, r.state, r.started_at,
       r.finished_at, r.window_since, r.window_until, r.failures, r.warnings,
       EXISTS (SELECT FROM run_step s
               WHERE s.run_id = r.run_id AND (s.error = 'interrupted' OR s.error LIKE 'KeyboardInterrupt:%%')) AS interrupted,
       EXISTS (SELECT FROM run_step s JOIN live_session l ON l.session = s.session
               WHERE s.run_id = r.run_id AND s.finished_at IS NULL AND s.error IS NULL) AS alive,
       -- Of one that runs, by the database's clock: the worker's may be wrong.
       CASE WHEN r.state <> 'running' THEN r.finished_at
            ELSE greatest(least(r.started_at, now()),
                          (SELECT max(greatest(s.started_at, s.finished_at)) FROM run_step s WHERE s.run_id = r.run_id))
       END AS last_sign_at
FROM source p
CROSS JOIN unnest('{backfill,live}'::text[]) AS k (kind)
CROSS JOIN LATERAL (SELECT * FROM run x WHERE x.source_key = p.source_key AND x.kind = k.kind ORDER BY x.run_id DESC LIMIT 1) r
WHERE %(source)s::text IS NULL OR p.source_key = %(source)s
ORDER BY r.source_key, r.kind
