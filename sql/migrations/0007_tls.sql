-- Which captures came from a host whose certificate was not verified.

ALTER TABLE capture ADD COLUMN tls_verified boolean;
COMMENT ON COLUMN capture.tls_verified IS 'False where the source file says that the host''s TLS is broken (tls = "unverified"); null over plain http, and in rows older than this column.';
