-- Waits until no other run asks for this document of a source.
SELECT pg_advisory_lock(hashtextextended('document:' || %(source)s || ' ' || %(path)s, 0))
