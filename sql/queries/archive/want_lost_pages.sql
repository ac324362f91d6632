-- Has pages fetched again that were lost before anything was read of them.
UPDATE link l SET state = 'pending', tries = 1, next_try_at = '-infinity', last_problem = %(problem)s, retry_asked = true
WHERE l.state = 'captured' AND l.link_id IN (
    SELECT c.link_id FROM capture c
    WHERE c.chosen AND (c.warc = %(warc)s OR c.payload_id IN (SELECT p.capture_id FROM capture p WHERE p.warc = %(warc)s))
      AND NOT EXISTS (SELECT FROM extraction e JOIN capture o USING (capture_id) WHERE o.link_id = c.link_id AND o.chosen)
      AND NOT EXISTS (SELECT FROM capture o WHERE o.link_id = c.link_id AND o.chosen AND NOT o.damaged))
RETURNING l.article_key
