-- A capture of the source that holds this payload, of the same URL if there is one.
SELECT capture_id, url, fetched_at, warc, warc_offset, warc_length, digest
FROM capture
WHERE source_key = %(source)s AND digest = %(digest)s AND payload_id IS NULL AND NOT damaged AND NOT away
ORDER BY url = %(url)s DESC, capture_id DESC LIMIT 1
FOR KEY SHARE
