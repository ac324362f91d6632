-- Captures whose body lies in one of these, and are none of them; whether an article was read from them, or from the body's.
SELECT c.capture_id, c.payload_id, c.warc, c.warc_offset AS offset, c.warc_length AS length, c.digest,
       p.warc AS payload_warc, p.warc_offset AS payload_offset, p.warc_length AS payload_length,
       EXISTS (SELECT FROM extraction e WHERE e.capture_id = c.capture_id AND e.verdict IN ('article', 'suspect')) AS is_article,
       p.chosen AS of_article
FROM capture c JOIN capture p ON p.capture_id = c.payload_id
WHERE c.payload_id = ANY (%(ids)s::bigint[]) AND NOT (c.capture_id = ANY (%(ids)s::bigint[]))
ORDER BY c.payload_id, is_article DESC, c.capture_id
