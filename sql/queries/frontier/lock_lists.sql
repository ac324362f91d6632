-- One at a time lists a source's links, or takes one down: two that change the same links in different orders would deadlock.
SELECT pg_advisory_xact_lock(hashtextextended('frontier:' || %(source)s, 0))
