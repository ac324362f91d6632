-- Notes that a path names a stranger; a source's pages may name so many, then no new one.
INSERT INTO suggestion AS s (source_key, origin, way, path, url)
SELECT %(source)s, %(origin)s, %(way)s, %(path)s, %(url)s
WHERE (SELECT count(DISTINCT origin) FROM suggestion WHERE source_key = %(source)s AND origin <> %(origin)s) < %(most)s
  AND (SELECT count(*) FROM suggestion
       WHERE source_key = %(source)s AND origin = %(origin)s AND way = %(way)s AND path <> %(path)s) < %(most_paths)s
ON CONFLICT (source_key, origin, way, path) DO UPDATE SET last_seen_at = clock_timestamp()
