-- Articles that were taken for aliases of a target to which too many lead: they are what they were.
UPDATE link l
SET alias_of = NULL,
    state = CASE WHEN EXISTS (SELECT FROM article a WHERE a.link_id = l.link_id) THEN 'captured' ELSE 'failed' END,
    last_problem = 'redirects to ' || l.alias_of || ', as many others do'
WHERE l.alias_of = %(target)s
  AND EXISTS (SELECT FROM redirection r WHERE r.link_id = l.link_id AND r.target_key = %(target)s AND r.alike = %(alike)s)
