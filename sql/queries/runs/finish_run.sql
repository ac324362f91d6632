-- Ends a run.
UPDATE run SET state = %(state)s, finished_at = now(), failures = %(failures)s::text[], warnings = %(warnings)s::text[]
WHERE run_id = %(run_id)s
