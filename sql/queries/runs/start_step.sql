-- Notes that a step has begun, and whose session works on it; begun again after it died, it starts over.
INSERT INTO run_step (run_id, step, batch, started_at, session)
VALUES (%(run_id)s, %(step)s, %(batch)s, now(), (SELECT session FROM live_session WHERE pid = pg_backend_pid()))
ON CONFLICT (run_id, step, batch)
DO UPDATE SET started_at = now(), finished_at = NULL, error = NULL, session = excluded.session
