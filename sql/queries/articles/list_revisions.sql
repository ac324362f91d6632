-- What changed after publication in a source's articles published in a window, newest change first.
SELECT article_key, canonical_url, published_at, version, previous_version, change, distance_bits, fetched_at,
       previous_fetched_at, served_by, previous_served_by, title, previous_title, corrections, verdict, doubts
FROM revisions
WHERE source = %(source)s
  AND (%(since)s::timestamptz IS NULL OR (published_at >= %(since)s AND published_at < %(until)s))
ORDER BY fetched_at DESC, article_key, version DESC
