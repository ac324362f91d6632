-- All captures of a link, and those that other links' URLs gave in its place: of the same URLs, or by a redirect. Those that
-- another link's redirect led to a URL with the article's id are among them, whoever of the two was fetched first.
WITH mine AS (
    SELECT url FROM capture WHERE link_id = %(link_id)s
    UNION SELECT url FROM link WHERE link_id = %(link_id)s
    UNION SELECT url FROM attempt WHERE link_id = %(link_id)s)
SELECT c.capture_id, c.link_id, c.url, c.warc, c.warc_offset, c.warc_length, c.chosen
FROM capture c
WHERE c.link_id = %(link_id)s
   OR (c.source_key = %(source)s AND c.link_id IS NOT NULL
       AND (c.url IN (SELECT url FROM mine)
            OR c.link_id IN (SELECT r.link_id FROM redirection r WHERE r.target_key = %(key)s)
            OR (strpos(c.url, %(id)s) > 0
                AND NOT EXISTS (SELECT FROM link l WHERE l.link_id = c.link_id
                                AND regexp_replace(l.url, '^https?://[^/]+', '') = regexp_replace(c.url, '^https?://[^/]+', '')))))
ORDER BY c.capture_id
