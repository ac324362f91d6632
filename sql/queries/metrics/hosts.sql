-- How many listed hosts of each source are in which state; what a person said of a host wins over its breaker.
SELECT h.source_key AS source,
       CASE b.ruling WHEN 'down' THEN 'ruled down' WHEN 'up' THEN 'ruled up' ELSE coalesce(b.state, 'closed') END AS state,
       count(*) AS hosts
FROM host h LEFT JOIN breaker b USING (host_id)
WHERE h.listed AND h.role <> 'archive'
GROUP BY 1, 2
ORDER BY 1, 2
