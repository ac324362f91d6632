-- Seed documents and front pages of a source that were stored since a link is known.
SELECT capture_id, url, warc, warc_offset AS offset, warc_length AS length, digest FROM capture
WHERE source_key = %(source)s AND link_id IS NULL AND payload_id IS NULL AND NOT damaged AND status = 200
  AND fetched_at >= %(since)s::timestamptz - interval '1 hour'
ORDER BY url, fetched_at
