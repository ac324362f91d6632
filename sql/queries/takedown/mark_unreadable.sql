-- Captures whose body could not be brought over: they are fetched whole again.
UPDATE capture SET payload_id = NULL, damaged = true, etag = NULL, last_modified = NULL WHERE capture_id = ANY (%(ids)s::bigint[])
