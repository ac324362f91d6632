-- The links that a file's pages name and a window may need, and those of its first and last day; perhaps only of untaken ones.
SELECT r.article_key, min(r.link_url) AS url, min(r.day) AS day, max(r.captured_at) AS captured_at
FROM warc_record r
WHERE r.file_id = %(file_id)s AND (NOT %(untaken)s OR r.capture_id IS NULL)
  AND ((%(first)s::date IS NULL
       OR r.day BETWEEN %(first)s::date AND %(last)s::date
       OR (r.day IS NULL AND (r.captured_at IS NULL OR r.captured_at >= %(since)s::timestamptz)))
       OR r.day = (SELECT min(e.day) FROM warc_record e WHERE e.file_id = %(file_id)s)
       OR r.day = (SELECT max(e.day) FROM warc_record e WHERE e.file_id = %(file_id)s))
GROUP BY r.article_key
ORDER BY r.article_key
