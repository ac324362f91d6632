-- Removes captures.
DELETE FROM capture WHERE capture_id = ANY (%(ids)s::bigint[])
