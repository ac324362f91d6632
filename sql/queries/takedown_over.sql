-- Lets the next takedown work on the archive.
SELECT pg_advisory_unlock(hashtextextended('takedown', 0))
