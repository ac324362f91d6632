-- Adds the URLs at which articles were served, each with the first time.
INSERT INTO article_url AS u (article_id, url, host_id, first_seen_at)
SELECT * FROM unnest(%(article_ids)s::bigint[], %(urls)s::text[], %(hosts)s::bigint[], %(times)s::timestamptz[])
ON CONFLICT (article_id, url) DO UPDATE SET first_seen_at = excluded.first_seen_at
WHERE excluded.first_seen_at < u.first_seen_at
