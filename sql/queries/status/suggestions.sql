-- Origins that a source's hosts and pages name, by how many paths each way, and an example; dismissed ones left out.
SELECT source_key AS source, origin, jsonb_object_agg(way, paths) AS named_by, min(first_seen_at) AS first_seen_at,
       max(last_seen_at) AS last_seen_at, (array_agg(example ORDER BY paths DESC, example))[1] AS example
FROM (SELECT source_key, origin, way, count(*) AS paths, min(first_seen_at) AS first_seen_at,
             max(last_seen_at) AS last_seen_at, min(url) AS example, bool_or(way = 'redirect' AND path = '/' OR way = 'seed') AS front
      FROM suggestion s
      WHERE (%(source)s::text IS NULL OR source_key = %(source)s)
        AND NOT EXISTS (SELECT FROM dismissed_origin d WHERE d.source_key = s.source_key AND d.origin = s.origin)
      GROUP BY source_key, origin, way) ways
GROUP BY source_key, origin
HAVING bool_or(front) OR max(paths) >= 3
ORDER BY source_key, max(paths) DESC, origin
