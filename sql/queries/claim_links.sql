-- Leases pending links to this session, newest first; what a dead session left is free.
WITH taken AS MATERIALIZED (
    SELECT l.link_id FROM link l
    WHERE l.source_key = %(source)s AND l.state = 'pending' AND l.next_try_at <= now()
      AND (l.lease_until <= now() OR NOT EXISTS (SELECT FROM live_session s WHERE s.session = l.lease_session))
      AND (l.wanted_by = %(run_id)s
           OR (%(poll)s AND (l.tries > 0 OR (SELECT r.kind FROM run r WHERE r.run_id = l.wanted_by) = 'live')))
    ORDER BY l.day DESC NULLS FIRST, l.link_id DESC
    LIMIT %(size)s
    FOR UPDATE SKIP LOCKED)
UPDATE link t
SET lease_session = (SELECT session FROM live_session WHERE pid = pg_backend_pid()),
    lease_until = now() + make_interval(secs => %(lease_s)s)
FROM taken WHERE t.link_id = taken.link_id
RETURNING t.link_id, t.article_key, t.url, t.tries
