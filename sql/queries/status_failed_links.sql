-- Links that could not be fetched, and why.
SELECT source_key AS source, article_key, url, state, tries, last_problem, nullif(next_try_at, '-infinity') AS next_try_at
FROM link
WHERE (state = 'failed' OR (state = 'pending' AND tries > 0)) AND (%(source)s::text IS NULL OR source_key = %(source)s)
ORDER BY source_key, state, article_key
LIMIT 100
