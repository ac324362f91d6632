-- Ends the work on a capture.
UPDATE capture SET extractor_version = %(extractor_version)s, lease_session = NULL, lease_until = '-infinity'
WHERE capture_id = %(capture_id)s
