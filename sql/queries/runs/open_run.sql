-- Opens a run, or finds the one of that name, which then goes on.
INSERT INTO run AS r (source_key, kind, external_id, window_since, window_until, interval_start, interval_end,
                      all_seeds, sweep, revisit, due_only, started_at)
VALUES (%(source)s, %(kind)s, %(external_id)s, %(since)s, %(until)s, %(interval_start)s, %(interval_end)s,
        %(all_seeds)s, %(sweep)s, %(revisit)s, %(due_only)s, %(now)s)
ON CONFLICT (external_id) DO UPDATE SET state = 'running', finished_at = NULL, failures = '{}', warnings = '{}'
RETURNING run_id
