-- Ends the work on a link. What a person asked for is over once the page is served, gone or given up.
UPDATE link
SET state = %(state)s,
    tries = %(tries)s,
    next_try_at = CASE WHEN %(pause_s)s::float8 IS NULL THEN '-infinity'
                       ELSE now() + make_interval(secs => %(pause_s)s::float8) END,
    last_problem = %(problem)s,
    alias_of = %(alias_of)s,
    retry_asked = retry_asked AND %(state)s = 'pending',
    lease_session = NULL,
    lease_until = '-infinity'
WHERE link_id = %(link_id)s
