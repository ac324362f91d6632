-- A capture's record holds its body itself from now on.
UPDATE capture SET payload_id = NULL, warc = %(warc)s, warc_offset = %(offset)s, warc_length = %(length)s
WHERE capture_id = %(capture_id)s
