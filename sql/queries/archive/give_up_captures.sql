-- Has nobody refer to the captures of a lost file: without validators they are fetched whole again, and what was read of
-- them stands as it is.
UPDATE capture c
SET damaged = true, etag = NULL, last_modified = NULL,
    extractor_version = coalesce((SELECT max(e.extractor_version) FROM extraction e WHERE e.capture_id = c.capture_id),
                                 c.extractor_version),
    read_again = NULL
WHERE NOT c.damaged
  AND (c.warc = %(warc)s OR c.payload_id IN (SELECT p.capture_id FROM capture p WHERE p.warc = %(warc)s))
