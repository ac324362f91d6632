-- How many stories stand in each section, and what share is that of its source's?
SELECT source, section, count(*) AS stories,
       round(100 * count(*) / sum(count(*)) OVER (PARTITION BY source), 1) AS share_percent
FROM articles
WHERE published_at >= coalesce(%(since)s, '-infinity'::timestamptz)
  AND published_at < coalesce(%(until)s, 'infinity'::timestamptz)
  AND (%(source)s::text IS NULL OR source = %(source)s)
GROUP BY source, section
ORDER BY source, stories DESC, section
LIMIT %(limit)s
