-- A page of runs, the newest first, those before a run.
SELECT run_id, source_key AS source, kind, state, started_at, finished_at, window_since, window_until, failures, warnings
FROM run
WHERE (%(source)s::text IS NULL OR source_key = %(source)s) AND run_id < %(before)s
ORDER BY run_id DESC
LIMIT %(limit)s
