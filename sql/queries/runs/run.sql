-- One run.
SELECT run_id, source_key AS source, kind, external_id, window_since, window_until, all_seeds, sweep, revisit, due_only
FROM run WHERE run_id = %(run_id)s
