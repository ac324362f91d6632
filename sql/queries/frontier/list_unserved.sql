-- Links of a source that were given up, or wait for another try, and why; with `untried` those that wait for their first too.
SELECT article_key, url, day, state, tries, nullif(next_try_at, '-infinity') AS next_try_at, last_problem, retry_asked
FROM link
WHERE source_key = %(source)s
  AND (state = 'failed' OR (state = 'pending' AND (%(untried)s OR tries > 0 OR last_problem IS NOT NULL OR retry_asked)))
ORDER BY state, day DESC NULLS LAST, article_key
