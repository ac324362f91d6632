-- The steps of a run.
SELECT step, batch, finished_at IS NOT NULL AS finished, counts, error FROM run_step
WHERE run_id = %(run_id)s ORDER BY started_at, batch
