-- One worker at a time asks an origin for its robots.txt; the lock dies with its session.
SELECT pg_advisory_lock(hashtextextended('robots:' || %(host_id)s::text || ' ' || %(origin)s, 0))
