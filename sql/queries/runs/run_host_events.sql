-- How the states of hosts changed in a run, in order.
SELECT h.url, e.state, e.reason FROM host_event e JOIN host h USING (host_id)
WHERE e.run_id = %(run_id)s ORDER BY e.event_id
