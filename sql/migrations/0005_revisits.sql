-- Captures that repeat a stored payload, and those that cannot be read back.

ALTER TABLE capture ADD COLUMN payload_id bigint REFERENCES capture;
ALTER TABLE capture ADD COLUMN damaged boolean NOT NULL DEFAULT false;
CREATE INDEX capture_by_digest ON capture (source_key, digest) WHERE payload_id IS NULL AND NOT damaged;
CREATE INDEX capture_by_payload ON capture (payload_id) WHERE payload_id IS NOT NULL;
COMMENT ON COLUMN capture.payload_id IS 'The earlier capture that holds the body, where the WARC record is a revisit of it; null where the record holds it. That one''s is null.';
COMMENT ON COLUMN capture.damaged IS 'True once its bytes could not be read back: nothing refers to it any more, and it has no validators.';
