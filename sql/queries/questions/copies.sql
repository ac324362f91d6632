-- Who published another source's text after it, how often, and how many minutes later?
SELECT h.source AS first_by,
       c.source AS copied_by,
       count(*) AS articles,
       round(min(extract(epoch FROM c.published_at - h.published_at)) / 60, 1) AS fastest_minutes,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.published_at - h.published_at)) / 60)::numeric, 1)
           AS median_minutes
FROM articles c JOIN articles h ON h.article_key = c.cluster_id
WHERE c.source <> h.source
  AND c.published_at >= coalesce(%(since)s, '-infinity'::timestamptz)
  AND c.published_at < coalesce(%(until)s, 'infinity'::timestamptz)
  AND (%(source)s::text IS NULL OR %(source)s IN (c.source, h.source))
GROUP BY h.source, c.source
ORDER BY articles DESC, first_by, copied_by
LIMIT %(limit)s
