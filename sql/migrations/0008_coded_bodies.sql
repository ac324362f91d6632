-- Bodies lie in the archive in the coding that they were sent in; captures are known by what they are decoded.

COMMENT ON COLUMN capture.digest IS 'SHA-1 of the body without its content coding, written as WARC payload digests are; the record''s own is that of the body as it is stored, which may be in the coding that it was sent in.';
