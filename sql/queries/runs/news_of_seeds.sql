-- When the last polls that found something new in each seed were, latest first, when it was last read, and how often since.
WITH polls AS (
    SELECT r.source_key, p.seed, p.polled_at, p.links > p.known AS news
    FROM seed_poll p JOIN run r USING (run_id)
    WHERE r.kind = 'live' AND r.window_since IS NULL AND p.outcome IN ('read', 'unchanged', 'damaged')
      AND r.started_at > now() - interval '91 days' AND p.polled_at > now() - interval '90 days' AND p.polled_at <= now() + interval '1 hour'
      AND (%(source)s::text IS NULL OR r.source_key = %(source)s)
), last AS (
    SELECT source_key, seed, max(polled_at) AS at,
           (array_agg(polled_at ORDER BY polled_at DESC))[1:50] AS news_at
    FROM polls WHERE news GROUP BY source_key, seed)
SELECT l.source_key AS source, l.seed, l.news_at, max(p.polled_at) AS read_at,
       count(*) FILTER (WHERE p.polled_at > l.at) AS read_since
FROM last l JOIN polls p USING (source_key, seed)
GROUP BY l.source_key, l.seed, l.at, l.news_at ORDER BY l.source_key, l.seed
