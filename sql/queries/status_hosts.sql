-- How each host fares.
SELECT source, url, role, attempts_last_day, ok_last_day, mean_elapsed_s, last_ok_at, last_failure_at, last_failure,
       failures_in_a_row,
       (SELECT count(*) FROM capture c
        WHERE c.host_id = h.host_id AND c.chosen AND c.link_id IS NOT NULL AND c.fetched_at > now() - interval '1 day')
           AS pages_last_day
FROM host_health h
WHERE %(source)s::text IS NULL OR source = %(source)s
ORDER BY source, role = 'archive', role = 'mirror', url
