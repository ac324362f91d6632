-- Notes migrations in the log of yoyo, which names a migration by its file and the SHA-256 of that name.
INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc)
SELECT encode(sha256(id::bytea), 'hex'), id, now() AT TIME ZONE 'UTC'
FROM unnest(%(ids)s::text[]) AS id
