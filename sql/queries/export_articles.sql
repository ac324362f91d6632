-- The articles of a source published in a window, in order; undated ones only without a window.
SELECT article_key, canonical_url, urls, source, title, lead, text, authors, published_at, published_at_assumed, section, tags,
       language, image, version, cluster_id, served_by, first_seen_at, fetched_at, gone_at,
       published_precision, modified_at, paywalled, corrections, last_seen_at,
       (SELECT l.alias_of FROM link l WHERE l.article_key = a.article_key) AS alias_of
FROM articles a
WHERE source = %(source)s
  AND (%(since)s::timestamptz IS NULL OR (published_at >= %(since)s AND published_at < %(until)s))
ORDER BY published_at NULLS LAST, article_key
