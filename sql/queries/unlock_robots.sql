-- Lets the next worker ask.
SELECT pg_advisory_unlock(hashtextextended('robots:' || %(host_id)s::text || ' ' || %(origin)s, 0))
