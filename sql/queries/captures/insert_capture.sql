-- Stores where a response lies.
INSERT INTO capture (source_key, link_id, host_id, run_id, url, fetched_at, status, content_type, etag, last_modified,
                     digest, warc, warc_offset, warc_length, payload_id, chosen, tls_verified)
VALUES (%(source)s, %(link_id)s, %(host_id)s, %(run_id)s, %(url)s, %(fetched_at)s, %(status)s, %(content_type)s, %(etag)s,
        %(last_modified)s, %(digest)s, %(warc)s, %(offset)s, %(length)s, %(payload_id)s, %(chosen)s,
        %(tls_verified)s)
RETURNING capture_id
