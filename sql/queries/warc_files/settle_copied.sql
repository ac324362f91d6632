-- A link whose first page came out of a WARC file needs no host; one that is to be fetched again, or gone, stays so.
UPDATE link l
SET state = 'captured', tries = 0, next_try_at = '-infinity', last_problem = NULL, retry_asked = false
WHERE l.link_id = %(link_id)s AND l.state IN ('pending', 'failed')
  AND NOT EXISTS (SELECT FROM capture c WHERE c.link_id = l.link_id AND c.chosen)
