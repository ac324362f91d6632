-- How many links on a run's list another live session has leased, and is fetching; how many may be leased now.
SELECT count(*) FILTER (WHERE pid <> pg_backend_pid()),
       count(*) FILTER (WHERE pid IS NULL AND believed(next_try_at, 172800) <= now())
FROM link_want w
JOIN link l USING (link_id)
LEFT JOIN live_session s ON s.session = l.lease_session AND l.lease_until > now()
WHERE w.run_id = %(run_id)s AND l.state = 'pending'
