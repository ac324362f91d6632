-- How many links on a run's list another live session has leased, and is fetching.
SELECT count(*) FROM link_want w JOIN link l USING (link_id)
WHERE w.run_id = %(run_id)s AND l.state = 'pending' AND l.lease_until > now()
  AND l.lease_session IN (SELECT s.session FROM live_session s WHERE s.pid <> pg_backend_pid())
