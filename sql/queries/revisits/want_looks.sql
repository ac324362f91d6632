-- Puts the pages that are to be looked at again on a poll's list, those that were due last first.
INSERT INTO link_want (link_id, run_id, poll)
SELECT link_id, %(run_id)s, true
FROM (SELECT link_id FROM link
      WHERE source_key = %(source)s AND revisit_at <= now() AND state IN ('captured', 'gone')
      ORDER BY revisit_at DESC LIMIT %(most)s) due
ON CONFLICT DO NOTHING
