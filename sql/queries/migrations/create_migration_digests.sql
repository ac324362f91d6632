-- Where the digests of the files are noted that made the schema.
CREATE TABLE IF NOT EXISTS mirrorwire.migration_digest (
    name        text PRIMARY KEY,
    sha256      text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now()
)
