-- The copied response whose payload has this digest, of the same URL if there is one.
SELECT c.url, c.fetched_at, c.capture_id, p.warc, p.warc_offset AS "offset", p.warc_length AS length, p.digest
FROM warc_record o JOIN warc_file f USING (file_id) JOIN capture c USING (capture_id)
JOIN capture p ON p.capture_id = coalesce(c.payload_id, c.capture_id)
WHERE o.digest = %(digest)s AND NOT o.revisit AND f.source_key = %(source)s AND NOT p.damaged AND NOT p.away
ORDER BY o.url = %(url)s DESC, c.capture_id LIMIT 1
