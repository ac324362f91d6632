-- Ends the work on a link.
UPDATE link
SET state = %(state)s,
    tries = %(tries)s,
    next_try_at = CASE WHEN %(pause_s)s::float8 IS NULL THEN '-infinity'
                       ELSE now() + make_interval(secs => %(pause_s)s::float8) END,
    last_problem = %(problem)s,
    lease_session = NULL,
    lease_until = '-infinity'
WHERE link_id = %(link_id)s
