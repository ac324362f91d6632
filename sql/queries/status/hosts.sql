-- How each host fares: its breaker, the last day's attempts, and what it served.
SELECT h.source, h.url, h.role,
       coalesce(b.state, 'closed') AS state,
       coalesce((SELECT e.at FROM host_event e
                 WHERE e.host_id = h.host_id
                   AND CASE WHEN b.ruling IS NULL THEN e.state NOT IN ('up', 'down') ELSE e.state = b.ruling END
                 ORDER BY e.at DESC LIMIT 1),
                (SELECT min(a.started_at) FROM attempt a WHERE a.host_id = h.host_id)) AS since,
       b.reason, b.ruling,
       CASE WHEN b.state = 'open' THEN nullif(believed(b.probe_at, %(longest_s)s), '-infinity') END AS probe_at,
       h.attempts_last_day, h.ok_last_day,
       round(h.ok_last_day::numeric / nullif(h.attempts_last_day, 0), 3) AS success_last_day,
       h.mean_elapsed_s, h.last_ok_at, h.last_failure_at, h.last_failure, h.failures_in_a_row,
       (SELECT coalesce(jsonb_object_agg(f.what, f.n), '{}')
        FROM (SELECT CASE a.outcome WHEN 'not_it' THEN coalesce(a.verdict, a.outcome) ELSE a.outcome END AS what, count(*) AS n
              FROM attempt a
              WHERE a.host_id = h.host_id AND a.started_at > now() - interval '1 day' AND a.started_at <= now() + interval '1 hour'
                AND a.outcome NOT IN ('ok', 'not_modified')
              GROUP BY 1) f) AS failures_last_day,
       (SELECT count(*) FROM capture c
        WHERE c.host_id = h.host_id AND c.chosen AND c.link_id IS NOT NULL AND c.fetched_at > now() - interval '1 day')
           AS pages_last_day,
       (SELECT max(c.fetched_at) FROM capture c WHERE c.host_id = h.host_id AND c.chosen AND c.link_id IS NOT NULL)
           AS last_served_at,
       (SELECT count(*)
        FROM (SELECT article_id, current_version FROM article WHERE source_key = h.source
              ORDER BY first_seen_at DESC LIMIT 20) x
        JOIN article_version v ON v.article_id = x.article_id AND v.version = x.current_version
        JOIN capture c USING (capture_id)
        WHERE c.host_id = h.host_id) AS served_of_last_20,
       CASE WHEN believed(t.resting_until, %(longest_s)s) > now() THEN t.resting_until END AS resting_until,
       (SELECT d.delay_s FROM crawl_delay d WHERE d.host_id = h.host_id) AS crawl_delay_s
FROM host_health h JOIN host t USING (host_id) LEFT JOIN breaker b USING (host_id)
WHERE %(source)s::text IS NULL OR h.source = %(source)s
ORDER BY h.source, h.role = 'archive', h.role = 'mirror', h.url
