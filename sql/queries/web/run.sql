-- One run.
SELECT run_id, source_key AS source, kind, external_id, state, started_at, finished_at, window_since, window_until,
       all_seeds, revisit, failures, warnings
FROM run WHERE run_id = %(run_id)s
