-- Where captures lie.
SELECT warc, warc_offset, warc_length FROM capture WHERE capture_id = ANY (%(ids)s::bigint[]) ORDER BY warc, warc_offset
