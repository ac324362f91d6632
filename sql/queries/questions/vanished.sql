-- Which articles have been taken off every host, and how long did they stand?
SELECT gone_at, source, article_key, title, published_at, last_seen_at,
       round(extract(epoch FROM gone_at - published_at) / 86400, 1) AS days_stood
FROM articles
WHERE gone_at >= coalesce(%(since)s, '-infinity'::timestamptz)
  AND gone_at < coalesce(%(until)s, 'infinity'::timestamptz)
  AND (%(source)s::text IS NULL OR source = %(source)s)
ORDER BY gone_at, article_key
LIMIT %(limit)s
