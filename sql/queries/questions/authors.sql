-- Who writes for each source, how much, and from when to when?
SELECT a.source, author, count(*) AS stories, min(a.published_at) AS first_published_at, max(a.published_at) AS last_published_at
FROM articles a CROSS JOIN unnest(a.authors) AS author
WHERE a.published_at >= coalesce(%(since)s, '-infinity'::timestamptz)
  AND a.published_at < coalesce(%(until)s, 'infinity'::timestamptz)
  AND (%(source)s::text IS NULL OR a.source = %(source)s)
GROUP BY a.source, author
ORDER BY stories DESC, a.source, author
LIMIT %(limit)s
