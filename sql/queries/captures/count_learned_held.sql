-- How many captures of a source another live session is reading again, since a run has learned boilerplate on them.
SELECT count(*) FROM capture c
WHERE c.source_key = %(source)s AND c.chosen AND c.link_id IS NOT NULL AND NOT c.away AND NOT c.damaged
  AND c.read_again = 'learned' AND c.lease_until > now()
  AND c.lease_session IN (SELECT s.session FROM live_session s WHERE s.pid <> pg_backend_pid())
