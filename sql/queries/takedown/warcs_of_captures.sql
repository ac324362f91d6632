-- Files in which these captures lie.
SELECT DISTINCT warc FROM capture WHERE capture_id = ANY (%(ids)s::bigint[])
