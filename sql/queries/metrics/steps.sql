-- How often each step of each source's runs ended since a time, and how many seconds that took in all.
SELECT r.source_key AS source, s.step, count(*) AS ended,
       sum(greatest(extract(epoch FROM s.finished_at - s.started_at), 0))::float8 AS seconds
FROM source o
JOIN run r ON r.source_key = o.source_key AND r.started_at > %(since)s
JOIN run_step s ON s.run_id = r.run_id AND s.finished_at IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2
