-- Leases captures that this extractor has not read to this session: those to be read again, those that none has read, then the oldest
-- first,
-- so that a version is mended before a later capture of the same text is compared with it.
WITH taken AS MATERIALIZED (
    SELECT c.capture_id FROM capture c
    WHERE c.source_key = %(source)s AND c.chosen AND c.link_id IS NOT NULL
      AND c.extractor_version < %(extractor_version)s
      AND (c.lease_until <= now() OR NOT EXISTS (SELECT FROM live_session s WHERE s.session = c.lease_session))
    ORDER BY c.extractor_version, c.capture_id
    LIMIT %(size)s
    FOR UPDATE SKIP LOCKED)
UPDATE capture t
SET lease_session = (SELECT session FROM live_session WHERE pid = pg_backend_pid()),
    lease_until = now() + make_interval(secs => %(lease_s)s)
FROM taken WHERE t.capture_id = taken.capture_id
RETURNING t.capture_id, t.link_id, t.url, t.warc, t.warc_offset AS offset, t.warc_length AS length, t.digest, t.fetched_at, t.content_type,
       t.accepted
