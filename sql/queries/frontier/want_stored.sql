-- Puts every stored link of a window on a revisit's list, whether a seed still shows it or not.
WITH again AS (
    UPDATE link l
    SET state = 'pending', tries = 0, next_try_at = '-infinity'
    FROM link k
    JOIN source s USING (source_key)
    LEFT JOIN article a ON a.link_id = k.link_id
    LEFT JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
    WHERE l.link_id = k.link_id AND k.source_key = %(source)s AND l.state <> 'pending'
      AND (%(since)s::timestamptz IS NULL
           OR coalesce(k.day, (v.published_at AT TIME ZONE s.timezone)::date)
              BETWEEN (%(since)s::timestamptz AT TIME ZONE s.timezone)::date
                  AND ((%(until)s::timestamptz - interval '1 microsecond') AT TIME ZONE s.timezone)::date)
    RETURNING l.link_id)
INSERT INTO link_want (link_id, run_id, poll)
SELECT link_id, %(run_id)s, %(poll)s FROM again
ON CONFLICT DO NOTHING
