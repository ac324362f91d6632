-- How each host fares.
SELECT source, url, role, attempts_last_day, ok_last_day, mean_elapsed_s, last_ok_at, last_failure_at, last_failure,
       failures_in_a_row,
       (SELECT count(*) FROM articles a WHERE a.source = h.source AND a.served_by = h.url) AS articles_served
FROM host_health h
WHERE %(source)s::text IS NULL OR source = %(source)s
ORDER BY source, role = 'archive', role = 'mirror', url
