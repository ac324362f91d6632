-- Pages that are no article, or suspect ones, newest first, and why; whether the page is loaded all the same.
SELECT r.capture_id AS id, r.capture_id, r.source_key AS source, l.article_key, c.url, r.verdict, r.evidence, r.rejected_at, c.accepted, c.warc,
       c.warc_offset, EXISTS (SELECT FROM article_version v WHERE v.capture_id = r.capture_id) AS loaded
FROM rejection r JOIN link l USING (link_id) JOIN capture c USING (capture_id)
WHERE (%(source)s::text IS NULL OR r.source_key = %(source)s) AND (%(verdict)s::text IS NULL OR r.verdict = %(verdict)s)
ORDER BY r.rejected_at DESC, r.capture_id DESC
LIMIT %(limit)s
