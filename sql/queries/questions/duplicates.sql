-- Which texts stand in more than one source, and where first?
SELECT c.first_published_at, c.cluster_id, h.title, h.source AS first_by, c.sources, c.size AS articles, c.last_published_at
FROM cluster c JOIN articles h ON h.article_key = c.cluster_id
WHERE cardinality(c.sources) > 1
  AND c.first_published_at >= coalesce(%(since)s, '-infinity'::timestamptz)
  AND c.first_published_at < coalesce(%(until)s, 'infinity'::timestamptz)
  AND (%(source)s::text IS NULL OR %(source)s = ANY (c.sources))
ORDER BY c.first_published_at, c.cluster_id
LIMIT %(limit)s
