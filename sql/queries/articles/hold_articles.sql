-- Locks a batch's articles that are there, in key order. A capture that says again what its article says is settled at once,
-- and its text goes if it is the version's letter for letter. One row tells which captures have an article, and of those that
-- may say something new, or were served at a new URL: the article, and whether all but the URL is the same. A sure page of an
-- article that was suspect so far always says something new. An article's row that was waited for tells its newest, whatever
-- this statement's snapshot knows. The hashes, 32 bytes each, come in one string.
WITH held AS MATERIALIZED (
    SELECT i.n::int - 1 AS n, i.capture_id, i.extractor_version, a.article_id, a.current_version,
           i.capture_id = a.current_capture_id AS own,
           (substring(%(hashes)b::bytea from (32 * (i.n - 1) + 1)::int for 32) = a.current_hash
            AND (a.current_verdict = 'article' OR i.verdict = 'suspect')
            AND (i.fetched_at > a.current_fetched_at OR i.capture_id = a.current_capture_id)) IS TRUE AS same,
           i.url = a.current_url AND i.fetched_at >= a.current_fetched_at
           OR EXISTS (SELECT FROM article_url u
                      WHERE u.article_id = a.article_id AND u.url = i.url AND u.first_seen_at <= i.fetched_at) AS url_known
    FROM unnest(%(keys)s::text[], %(urls)s::text[], %(times)s::timestamptz[], %(captures)s::bigint[], %(extractors)s::int[],
                %(verdicts)s::text[])
         WITH ORDINALITY
         AS i (article_key, url, fetched_at, capture_id, extractor_version, verdict, n)
    JOIN article a USING (article_key)
    ORDER BY a.article_key
    FOR NO KEY UPDATE OF a),
settled AS (
    UPDATE extraction e
    SET loaded_at = coalesce(e.loaded_at, now()), body = CASE WHEN h.own OR v.text = e.body THEN NULL ELSE e.body END
    FROM held h LEFT JOIN article_version v ON v.article_id = h.article_id AND v.version = h.current_version
    WHERE h.same AND e.capture_id = h.capture_id AND e.extractor_version = h.extractor_version)
SELECT array_agg(n), array_agg(n) FILTER (WHERE NOT (same AND url_known)),
       array_agg(article_id) FILTER (WHERE NOT (same AND url_known)), array_agg(same) FILTER (WHERE NOT (same AND url_known))
FROM held
