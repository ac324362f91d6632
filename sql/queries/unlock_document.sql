-- Lets other runs ask for the document.
SELECT pg_advisory_unlock(hashtextextended('document:' || %(source)s || ' ' || %(path)s, 0))
