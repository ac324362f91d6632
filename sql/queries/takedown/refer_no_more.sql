-- Nothing that is fetched from now on refers to these captures.
UPDATE capture SET damaged = true, etag = NULL, last_modified = NULL
WHERE capture_id = ANY (%(ids)s::bigint[]) AND NOT (damaged AND etag IS NULL AND last_modified IS NULL)
