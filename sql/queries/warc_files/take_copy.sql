-- Chooses a link's page out of a WARC file where none is chosen: the newest, one that stood in for a page after all others.
UPDATE capture SET chosen = true
WHERE capture_id = (
    SELECT c.capture_id FROM warc_record r JOIN capture c USING (capture_id)
    WHERE c.link_id = %(link_id)s AND NOT c.damaged AND NOT c.away
      AND NOT EXISTS (SELECT FROM capture o WHERE o.link_id = c.link_id AND o.chosen)
    ORDER BY r.verdict IN ('seizure', 'parking', 'challenge', 'consent', 'login'), c.fetched_at DESC, c.capture_id DESC
    LIMIT 1)
