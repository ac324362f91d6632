-- How the states of hosts changed in the last week, newest first; at most fifty a source.
SELECT source, url, at, state, reason, run_id
FROM (SELECT h.source_key AS source, h.url, e.at, e.state, e.reason, e.run_id, e.event_id,
             row_number() OVER (PARTITION BY h.source_key ORDER BY e.event_id DESC) AS n
      FROM host_event e JOIN host h USING (host_id)
      WHERE e.at > now() - interval '7 days' AND (%(source)s::text IS NULL OR h.source_key = %(source)s)) listed
WHERE n <= 50
ORDER BY source, event_id DESC
