-- A look that brought nothing: made again after a pause, or, without one, left out. The link stays what it was.
UPDATE link l
SET revisit_at = CASE WHEN %(pause_s)s::float8 IS NULL THEN n.next_look_at
                      ELSE now() + make_interval(secs => %(pause_s)s::float8) END,
    tries = CASE WHEN l.state = 'pending' THEN l.tries ELSE %(tries)s END,
    lease_session = NULL,
    lease_until = '-infinity'
FROM next_look n
WHERE l.link_id = %(link_id)s AND n.link_id = l.link_id
