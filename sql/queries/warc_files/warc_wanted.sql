-- Records of a file that a window takes and no run has copied, of links on the frontier; revisits where their payload is stored.
SELECT r.member, r.number, r.record_offset AS "offset", r.record_length AS length, r.record_id, r.url, r.article_key, r.link_url,
       r.day, h.url AS host, r.captured_at, r.revisit, r.digest, l.link_id,
       (SELECT max(h.title) FROM link_hint h WHERE h.link_id = l.link_id) AS listed_title
FROM warc_record r
JOIN host h USING (host_id)
JOIN link l ON l.article_key = r.article_key
WHERE r.file_id = %(file_id)s AND r.capture_id IS NULL AND r.problem IS NULL
  AND (%(first)s::date IS NULL
       OR r.day BETWEEN %(first)s::date AND %(last)s::date
       OR (r.day IS NULL AND (r.captured_at IS NULL OR r.captured_at >= %(since)s::timestamptz)))
  AND r.revisit = %(revisits)s
  AND (NOT r.revisit OR EXISTS (SELECT FROM warc_record o JOIN warc_file f USING (file_id)
                                WHERE o.digest = r.digest AND o.capture_id IS NOT NULL AND NOT o.revisit
                                  AND f.source_key = l.source_key))
ORDER BY r.member, r.record_offset, r.number
LIMIT %(size)s
