-- Marks a capture that cannot be read back, and all whose payload it holds. Without validators they are fetched whole again.
UPDATE capture c SET damaged = true, etag = NULL, last_modified = NULL
FROM capture d
WHERE d.warc = %(warc)s AND d.warc_offset = %(offset)s AND d.capture_id IN (c.capture_id, c.payload_id)
