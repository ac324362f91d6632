-- The steps of a run in the order of their beginning.
SELECT step, batch, started_at, finished_at, counts, error
FROM run_step WHERE run_id = %(run_id)s
ORDER BY started_at, step, batch
LIMIT %(limit)s
