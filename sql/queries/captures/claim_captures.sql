-- Leases captures that this extractor has not read to this session: those that none has read or that are to be read again,
-- then the oldest first, so that a version is mended before a later capture of the same text is compared with it.
WITH taken AS MATERIALIZED (
    SELECT c.capture_id, c.payload_id FROM capture c
    WHERE c.source_key = %(source)s AND c.chosen AND c.link_id IS NOT NULL AND NOT c.away AND NOT c.damaged
      AND c.extractor_version < %(extractor_version)s
      AND (c.lease_until <= now() OR NOT EXISTS (SELECT FROM live_session s WHERE s.session = c.lease_session))
    ORDER BY c.extractor_version, c.capture_id
    LIMIT %(size)s
    FOR NO KEY UPDATE SKIP LOCKED)  -- one that a revisit is just referring to may be claimed
UPDATE capture t
SET lease_session = (SELECT session FROM live_session WHERE pid = pg_backend_pid()),
    lease_until = now() + make_interval(secs => %(lease_s)s)
FROM taken LEFT JOIN capture p ON p.capture_id = taken.payload_id
WHERE t.capture_id = taken.capture_id
RETURNING t.capture_id, t.link_id, t.url, t.warc, t.warc_offset AS offset, t.warc_length AS length, t.digest, t.fetched_at, t.content_type,
       t.accepted, (SELECT max(h.title) FROM link_hint h WHERE h.link_id = t.link_id) AS listed_title,
       p.warc AS payload_warc, p.warc_offset AS payload_offset, p.warc_length AS payload_length
