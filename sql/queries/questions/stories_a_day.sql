-- How many stories a day has each source, by its own calendar, and what share is that of all sources' stories of the day?
SELECT day, source, stories, share_percent
FROM (SELECT day, source, stories, round(100 * stories / sum(stories) OVER (PARTITION BY day), 1) AS share_percent
      FROM (SELECT (a.published_at AT TIME ZONE s.timezone)::date AS day, a.source, count(*) AS stories
            FROM articles a JOIN source s ON s.source_key = a.source
            WHERE a.published_at >= coalesce(%(since)s, '-infinity'::timestamptz)
              AND a.published_at < coalesce(%(until)s, 'infinity'::timestamptz)
            GROUP BY 1, 2) counted) shared
WHERE %(source)s::text IS NULL OR source = %(source)s
ORDER BY day, source
LIMIT %(limit)s
