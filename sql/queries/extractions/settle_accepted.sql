-- Ends the retries of a link whose page was accepted by hand and has given an article.
UPDATE link SET state = 'captured', tries = 0, next_try_at = '-infinity', last_problem = NULL, retry_asked = false
WHERE link_id = %(link_id)s AND (state = 'failed' OR state = 'pending' AND (tries > 0 OR retry_asked))
