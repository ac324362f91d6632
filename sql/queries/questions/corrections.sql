-- Which articles were corrected, when, and what does the publisher say of it?
SELECT r.fetched_at AS corrected_at,
       r.source,
       r.article_key,
       r.title,
       nullif(r.previous_title, r.title) AS title_before,
       r.corrections AS notes,
       r.distance_bits,
       round(extract(epoch FROM r.fetched_at - r.published_at) / 3600, 1) AS hours_after_publication
FROM revisions r
WHERE r.change = 'correction'
  AND r.fetched_at >= coalesce(%(since)s, '-infinity'::timestamptz)
  AND r.fetched_at < coalesce(%(until)s, 'infinity'::timestamptz)
  AND (%(source)s::text IS NULL OR r.source = %(source)s)
ORDER BY r.fetched_at, r.article_key
LIMIT %(limit)s
