-- Notes a file that is about to be scanned, or is so again after a scan that came to no end; its id.
INSERT INTO warc_file (source_key, url, bytes, stamp, read_by)
VALUES (%(source)s, %(url)s, %(bytes)s, %(stamp)s, %(read_by)s)
ON CONFLICT (source_key, url, bytes, stamp, read_by) DO UPDATE SET scanned_at = NULL
RETURNING file_id
