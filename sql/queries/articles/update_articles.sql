-- Points stored articles to their current versions, which are written by now, and to when they were first seen.
UPDATE article a
SET current_version = i.version, versions = i.versions, first_seen_at = least(a.first_seen_at, i.first_seen_at),
    current_capture_id = i.capture_id, current_fetched_at = i.fetched_at, current_hash = i.content_hash,
    current_url = c.url, current_verdict = i.verdict, current_published_at = v.published_at
FROM unnest(%(article_ids)s::bigint[], %(versions)s::int[], %(counts)s::int[], %(seen)s::timestamptz[], %(captures)s::bigint[],
            %(times)s::timestamptz[], %(hashes)s::bytea[], %(verdicts)s::text[])
     AS i (article_id, version, versions, first_seen_at, capture_id, fetched_at, content_hash, verdict)
JOIN capture c USING (capture_id)
JOIN article_version v ON v.article_id = i.article_id AND v.version = i.version
WHERE a.article_id = i.article_id
  AND (a.current_version, a.versions, a.first_seen_at, a.current_capture_id, a.current_fetched_at, a.current_hash,
       a.current_verdict, a.current_published_at)
      IS DISTINCT FROM
      (i.version, i.versions, least(a.first_seen_at, i.first_seen_at), i.capture_id, i.fetched_at, i.content_hash, i.verdict,
       v.published_at)
