-- A capture lies in another record from now on; its body too, or in that of another capture.
UPDATE capture SET payload_id = %(payload_id)s, warc = %(warc)s, warc_offset = %(offset)s, warc_length = %(length)s
WHERE capture_id = %(capture_id)s
