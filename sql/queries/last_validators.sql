-- The validators of the newest stored copy of a seed document on a host.
SELECT etag, last_modified FROM capture
WHERE source_key = %(source)s AND link_id IS NULL AND url = %(url)s AND status = 200 AND chosen
ORDER BY fetched_at DESC LIMIT 1
