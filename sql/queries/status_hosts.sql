-- How each host fares.
SELECT h.source, h.url, h.role, h.attempts_last_day, h.ok_last_day, h.mean_elapsed_s, h.last_ok_at, h.last_failure_at,
       h.last_failure, h.failures_in_a_row,
       (SELECT count(*) FROM capture c
        WHERE c.host_id = h.host_id AND c.chosen AND c.link_id IS NOT NULL AND c.fetched_at > now() - interval '1 day')
           AS pages_last_day,
       CASE WHEN t.resting_until > now() THEN t.resting_until END AS resting_until,
       (SELECT d.delay_s FROM crawl_delay d WHERE d.host_id = h.host_id) AS crawl_delay_s
FROM host_health h JOIN host t USING (host_id)
WHERE %(source)s::text IS NULL OR h.source = %(source)s
ORDER BY h.source, h.role = 'archive', h.role = 'mirror', h.url
