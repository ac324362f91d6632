-- Records what one item of a run met; once more in the same run, step and place: the last counts.
INSERT INTO bug (source_key, run_id, link_id, step, item, place, error, traceback, met_at)
VALUES (%(source)s, %(run_id)s, %(link_id)s, %(step)s, %(item)s, %(place)s, %(error)s, %(traceback)s, %(now)s)
ON CONFLICT (run_id, step, item, place) DO UPDATE
SET link_id = excluded.link_id, error = excluded.error, traceback = excluded.traceback, met_at = excluded.met_at
