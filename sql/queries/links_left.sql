-- Links on a run's list that no host has served, and why.
SELECT l.url, l.state, l.tries, l.last_problem
FROM link_want w JOIN link l USING (link_id)
WHERE w.run_id = %(run_id)s AND l.state IN ('pending', 'failed')
ORDER BY l.url
