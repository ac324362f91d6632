-- What an older extractor read of a capture and nobody loaded.
DELETE FROM extraction
WHERE capture_id = %(capture_id)s AND extractor_version < %(extractor_version)s AND loaded_at IS NULL
