-- export_articles
-- The articles of a source that a selection takes, by publication, undated ones last and only without a window.
SELECT article_key, canonical_url, urls, source, title, lead, text, authors, published_at, published_at_assumed, section, tags,
       language, image, version, cluster_id, served_by, first_seen_at, fetched_at, gone_at, published_precision, modified_at,
       paywalled, corrections, last_seen_at, (SELECT l.alias_of FROM link l WHERE l.article_key = a.article_key) AS alias_of,
       verdict, doubts
FROM (SELECT article_key, source_key, current_published_at, current_fetched_at FROM article) stored
JOIN articles a USING (article_key)
WHERE stored.source_key = %(source)s
  AND (%(since)s::timestamptz IS NULL
       OR (stored.current_published_at >= %(since)s AND stored.current_published_at < %(until)s))
  AND (%(updated_since)s::timestamptz IS NULL OR stored.current_fetched_at >= %(updated_since)s)
  AND (%(language)s::text IS NULL OR lower(language) = lower(%(language)s)
       OR starts_with(lower(language), lower(%(language)s) || '-'))
  AND (%(section)s::text IS NULL OR lower(section) = lower(%(section)s)
       OR starts_with(lower(section), lower(%(section)s) || ' / '))
  AND (NOT %(sure)s OR verdict = 'article')
  AND (NOT %(heads)s OR coalesce(cluster_id, article_key) = article_key)
ORDER BY stored.current_published_at NULLS LAST, article_key
LIMIT %(limit)s
