-- Links first seen in each of the last eight days, the running one first.
SELECT n AS days_ago,
       (SELECT count(*) FROM link l WHERE l.source_key = %(source)s
           AND l.discovered_at > now() - (n + 1) * interval '1 day' AND l.discovered_at <= now() - n * interval '1 day') AS links,
       (SELECT min(started_at) FROM run r WHERE r.source_key = %(source)s) <= now() - (n + 1) * interval '1 day' AS watched
FROM generate_series(0, 7) AS n
ORDER BY n
