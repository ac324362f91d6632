-- Notes that a step has begun; begun again after it died, it starts over.
INSERT INTO run_step (run_id, step, batch, started_at) VALUES (%(run_id)s, %(step)s, %(batch)s, now())
ON CONFLICT (run_id, step, batch) DO UPDATE SET started_at = now(), finished_at = NULL, error = NULL
