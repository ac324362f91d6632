-- The last run of each kind, by when it was opened: its clock may have been wrong.
SELECT DISTINCT ON (source_key, kind) source_key AS source, kind, run_id, external_id, state, started_at, finished_at,
       window_since, window_until, failures, warnings
FROM run
WHERE %(source)s::text IS NULL OR source_key = %(source)s
ORDER BY source_key, kind, run_id DESC
