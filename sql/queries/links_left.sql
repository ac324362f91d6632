-- Links on a run's list that no host has served, and why.
SELECT url, state, tries, last_problem FROM link
WHERE wanted_by = %(run_id)s AND state IN ('pending', 'failed')
ORDER BY url
