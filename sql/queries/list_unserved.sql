-- Links of a source that were given up, or wait: for another try, or for their first one.
SELECT article_key, url, day, state, tries, nullif(next_try_at, '-infinity') AS next_try_at, last_problem, retry_asked
FROM link
WHERE source_key = %(source)s
  AND (state = 'failed' OR (state = 'pending' AND (tries > 0 OR last_problem IS NOT NULL OR retry_asked
                               OR EXISTS (SELECT FROM link_want w WHERE w.link_id = link.link_id))))
ORDER BY state, day DESC NULLS LAST, article_key
