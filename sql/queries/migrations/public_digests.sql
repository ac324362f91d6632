-- The migrations that made the tables in public, each with the digest of its file.
SELECT name, sha256 FROM public.migration_digest
