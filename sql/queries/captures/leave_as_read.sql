-- Leaves a capture that cannot be read any more as it was read last; no row where it never was.
UPDATE capture c
SET extractor_version = e.extractor_version, read_again = NULL, lease_session = NULL, lease_until = '-infinity'
FROM (SELECT max(extractor_version) AS extractor_version FROM extraction WHERE capture_id = %(capture_id)s) e
WHERE c.capture_id = %(capture_id)s AND e.extractor_version IS NOT NULL
