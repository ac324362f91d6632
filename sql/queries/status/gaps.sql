-- Feed gaps of the last week: between this poll and the one before, items may be lost.
SELECT r.source_key AS source, p.seed, p.polled_at,
       (SELECT max(q.polled_at) FROM seed_poll q JOIN run x ON x.run_id = q.run_id
         WHERE x.source_key = r.source_key AND q.seed = p.seed AND q.polled_at < p.polled_at) AS polled_before_at
FROM seed_poll p JOIN run r USING (run_id)
WHERE p.gap AND p.polled_at > now() - interval '7 days' AND p.polled_at <= now() + interval '1 hour' AND (%(source)s::text IS NULL OR r.source_key = %(source)s)
ORDER BY p.polled_at DESC
