-- Links that could not be fetched, and why; at most a hundred a source.
SELECT source_key AS source, article_key, url, state, tries, last_problem, nullif(next_try_at, '-infinity') AS next_try_at
FROM (SELECT l.*, row_number() OVER (PARTITION BY source_key ORDER BY state, article_key) AS n
      FROM link l
      WHERE (state = 'failed' OR (state = 'pending' AND (tries > 0 OR last_problem IS NOT NULL)))
        AND (%(source)s::text IS NULL OR source_key = %(source)s)) listed
WHERE n <= 100
ORDER BY source_key, state, article_key
