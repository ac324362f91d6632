-- How the requests of each source ended since a time.
SELECT h.source_key AS source, a.outcome, count(*) AS requests
FROM host h JOIN attempt a ON a.host_id = h.host_id AND a.started_at > %(since)s
GROUP BY 1, 2
ORDER BY 1, 2
