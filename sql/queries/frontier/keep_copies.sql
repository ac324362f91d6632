-- Keeps which copies of links an archive holds; a link that was given up without a page is to be fetched again. Its ids.
WITH fresh AS (
    INSERT INTO archived_copy (link_id, host_id, captured_at, url)
    SELECT DISTINCT ON (l.link_id, t.captured_at) l.link_id, %(host_id)s::bigint, t.captured_at, t.url
    FROM unnest(%(keys)s::text[], %(captured)s::timestamptz[], %(urls)s::text[]) AS t (article_key, captured_at, url)
    JOIN link l USING (article_key)
    WHERE l.source_key = %(source)s
    ORDER BY l.link_id, t.captured_at, t.url
    ON CONFLICT DO NOTHING
    RETURNING link_id)
UPDATE link SET state = 'pending', tries = 0, next_try_at = now()
WHERE link_id IN (SELECT link_id FROM fresh) AND state IN ('failed', 'gone')
  AND NOT EXISTS (SELECT FROM capture c WHERE c.link_id = link.link_id AND c.chosen)
RETURNING link_id
