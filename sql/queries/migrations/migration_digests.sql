-- The migrations that made this database, each with the digest of its file.
SELECT name, sha256 FROM mirrorwire.migration_digest ORDER BY name
