-- Puts the article that an alias leads to on the frontier and on the run's list, where it is not stored or taken down.
WITH fresh AS (
    INSERT INTO link (source_key, article_key, url, day, discovered_at, discovered_by)
    SELECT %(source)s, %(key)s, %(url)s, %(day)s::date, %(now)s, %(run_id)s
    WHERE NOT EXISTS (SELECT FROM tombstone WHERE article_key = %(key)s)
    ON CONFLICT (article_key) DO NOTHING
    RETURNING link_id)
INSERT INTO link_want (link_id, run_id, poll)
SELECT link_id, %(run_id)s, %(poll)s
FROM (SELECT link_id FROM fresh
      UNION SELECT link_id FROM link WHERE article_key = %(key)s AND state = 'pending') target
ON CONFLICT DO NOTHING
