-- Per day, the links that the seeds of this moment list for a run's window, and how many of them are stored.
SELECT l.day,
       count(DISTINCT l.link_id) FILTER (WHERE l.state = 'pending') AS to_fetch,
       count(DISTINCT l.link_id) FILTER (WHERE l.state = 'captured') AS stored,
       array_agg(DISTINCT h.seed ORDER BY h.seed) AS seeds
FROM link l JOIN link_hint h USING (link_id) JOIN run r ON r.run_id = %(run_id)s
JOIN source s ON s.source_key = l.source_key
WHERE l.source_key = %(source)s
  AND (l.day IS NULL AND l.wanted_by = r.run_id
       OR l.day >= (r.window_since AT TIME ZONE s.timezone)::date
          AND l.day <= ((r.window_until - interval '1 microsecond') AT TIME ZONE s.timezone)::date)
GROUP BY l.day
ORDER BY l.day
