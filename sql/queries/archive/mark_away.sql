-- Marks the captures that lie in a file, or whose body does, by whether a file of theirs is away; whoever reads them lets go.
UPDATE capture c
SET away = EXISTS (SELECT FROM away_file a
                   WHERE a.warc = c.warc OR a.warc = (SELECT p.warc FROM capture p WHERE p.capture_id = c.payload_id)),
    lease_session = NULL, lease_until = '-infinity'
WHERE c.warc = %(warc)s OR c.payload_id IN (SELECT p.capture_id FROM capture p WHERE p.warc = %(warc)s)
