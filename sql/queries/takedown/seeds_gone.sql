-- The bodies of these seed documents are to be overwritten: neither they nor what shares a body of theirs can be read, or referred to.
UPDATE capture SET damaged = true, etag = NULL, last_modified = NULL
WHERE (capture_id = ANY (%(ids)s::bigint[]) OR payload_id = ANY (%(ids)s::bigint[]))
  AND NOT (damaged AND etag IS NULL AND last_modified IS NULL)
