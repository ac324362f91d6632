-- Where the bytes of a capture lie, and those of the earlier one that holds its body.
SELECT c.source_key AS source, c.url, c.fetched_at, c.content_type, c.warc, c.warc_offset, c.warc_length, c.digest, c.damaged, c.away,
       p.warc AS payload_warc, p.warc_offset AS payload_offset, p.warc_length AS payload_length, p.digest AS payload_digest
FROM capture c LEFT JOIN capture p ON p.capture_id = c.payload_id
WHERE c.capture_id = %(capture_id)s AND c.link_id IS NOT NULL
