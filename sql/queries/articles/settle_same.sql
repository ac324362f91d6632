-- Settles placed extractions, of those that claim_extractions takes, that say again what their article says, at a URL that is
-- known: no text is sent. The article's row, locked in key order, tells what it says now; a sure page of a suspect article is
-- not among them. A text goes if it is the version's letter for letter.
WITH same AS MATERIALIZED (
    SELECT e.capture_id, e.extractor_version, a.article_id, a.current_version
    FROM extraction e JOIN capture c USING (capture_id) JOIN article a ON a.link_id = e.link_id
    WHERE e.source_key = %(source)s AND e.placed_at IS NOT NULL AND e.loaded_at IS NULL AND NOT e.loaded_before
      AND (%(since)s::timestamptz IS NULL OR e.published_at IS NULL
           OR (e.published_at >= %(since)s AND e.published_at < %(until)s) OR c.accepted)
      AND c.extractor_version = e.extractor_version
      AND NOT EXISTS (SELECT FROM capture m
                      WHERE m.link_id = e.link_id AND m.chosen AND NOT m.away AND NOT m.damaged AND m.extractor_version < e.extractor_version)
      AND (a.current_verdict = 'article' OR e.verdict = 'suspect')
      AND e.content_hash = a.current_hash AND c.fetched_at > a.current_fetched_at
      AND (c.url = a.current_url
           OR EXISTS (SELECT FROM article_url u
                      WHERE u.article_id = a.article_id AND u.url = c.url AND u.first_seen_at <= c.fetched_at))
    ORDER BY a.article_key
    LIMIT %(size)s
    FOR NO KEY UPDATE OF a
    FOR UPDATE OF e SKIP LOCKED)
UPDATE extraction e SET loaded_at = now(), body = CASE WHEN v.text = e.body THEN NULL ELSE e.body END
FROM same s LEFT JOIN article_version v ON v.article_id = s.article_id AND v.version = s.current_version
WHERE e.capture_id = s.capture_id AND e.extractor_version = s.extractor_version
