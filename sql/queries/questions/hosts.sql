-- Which host served the current versions of a source's articles, and what share is that of them?
SELECT source, served_by, count(*) AS articles,
       round(100 * count(*) / sum(count(*)) OVER (PARTITION BY source), 1) AS share_percent,
       min(fetched_at) AS first_fetched_at,
       max(fetched_at) AS last_fetched_at
FROM articles
WHERE fetched_at >= coalesce(%(since)s, '-infinity'::timestamptz)
  AND fetched_at < coalesce(%(until)s, 'infinity'::timestamptz)
  AND (%(source)s::text IS NULL OR source = %(source)s)
GROUP BY source, served_by
ORDER BY source, articles DESC, served_by
LIMIT %(limit)s
