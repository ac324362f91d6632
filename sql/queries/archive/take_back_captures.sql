-- Has the captures of a file that was given up read again, those whose body lies in it too.
UPDATE capture c SET damaged = false, extractor_version = 0, read_again = coalesce(c.read_again, 'returned')
WHERE c.warc = %(warc)s OR c.payload_id IN (SELECT p.capture_id FROM capture p WHERE p.warc = %(warc)s)
