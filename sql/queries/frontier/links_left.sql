-- Links on a run's list, or tried again for a person, that no host has served, and why.
SELECT l.url, l.state, l.tries, l.last_problem
FROM link l
WHERE l.state IN ('pending', 'failed')
  AND (l.link_id IN (SELECT w.link_id FROM link_want w WHERE w.run_id = %(run_id)s)
       OR (l.retry_asked AND l.source_key = (SELECT r.source_key FROM run r WHERE r.run_id = %(run_id)s)))
ORDER BY l.url
