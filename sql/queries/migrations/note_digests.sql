-- Notes which files made the schema; those noted before stay.
INSERT INTO migration_digest (name, sha256)
SELECT * FROM unnest(%(names)s::text[], %(digests)s::text[])
ON CONFLICT DO NOTHING
