-- Links that polls first saw in each of the last eight days, the running one first.
SELECT n AS days_ago,
       count(l.link_id) AS links,
       (SELECT min(r.started_at) FROM run r WHERE r.source_key = %(source)s AND r.kind = 'live')
           <= now() - (n + 1) * interval '1 day' AS watched
FROM generate_series(0, 7) AS n
LEFT JOIN (link l JOIN run d ON d.run_id = l.discovered_by AND d.kind = 'live')
    ON l.source_key = %(source)s
   AND l.discovered_at > now() - interval '8 days'
   AND l.discovered_at > now() - (n + 1) * interval '1 day'
   AND l.discovered_at <= now() - n * interval '1 day'
GROUP BY n
ORDER BY n
