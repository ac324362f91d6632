-- Makes the articles that are not there. In key order: loaders that take rows in one order never deadlock. Of one that
-- another loader has just made, nothing is returned.
INSERT INTO article (article_key, source_key, link_id, current_version, versions, first_seen_at, current_capture_id,
                     current_fetched_at, current_hash, current_url, current_verdict, current_published_at)
SELECT i.article_key, %(source)s, i.link_id, i.version, i.version, i.first_seen_at, i.capture_id, i.fetched_at, i.content_hash,
       i.url, i.verdict, i.published_at
FROM unnest(%(keys)s::text[], %(links)s::bigint[], %(versions)s::int[], %(seen)s::timestamptz[], %(captures)s::bigint[],
            %(times)s::timestamptz[], %(hashes)s::bytea[], %(urls)s::text[], %(verdicts)s::text[],
            %(published)s::timestamptz[])
     AS i (article_key, link_id, version, first_seen_at, capture_id, fetched_at, content_hash, url, verdict, published_at)
ON CONFLICT (article_key) DO NOTHING
RETURNING article_key, article_id
