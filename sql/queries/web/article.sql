-- One article as it stands.
SELECT article_key, source, canonical_url, title, lead, text, authors, published_at, published_at_assumed, published_precision,
       modified_at, section, tags, language, image, paywalled, corrections, verdict, doubts, origins, version, cluster_id,
       served_by, first_seen_at, fetched_at, last_seen_at, gone_at
FROM articles WHERE article_key = %(article_key)s
