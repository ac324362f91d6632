-- One takedown at a time works on the archive; the lock dies with its session.
SELECT pg_advisory_lock(hashtextextended('takedown', 0))
