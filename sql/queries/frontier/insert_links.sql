-- Puts links on the frontier that are not on it; their number.
WITH fresh AS (
    INSERT INTO link (source_key, article_key, url, day, discovered_at, discovered_by)
    SELECT %(source)s, article_key, url, day, %(now)s, %(run_id)s
    FROM unnest(%(keys)s::text[], %(urls)s::text[], %(days)s::date[]) AS t (article_key, url, day)
    WHERE NOT EXISTS (SELECT FROM tombstone d WHERE d.article_key = t.article_key)
    ORDER BY article_key
    ON CONFLICT (article_key) DO NOTHING
    RETURNING 1)
SELECT count(*) FROM fresh
