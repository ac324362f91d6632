-- Lets the next session read the WARC files of a source.
SELECT pg_advisory_unlock(hashtextextended('warcs:' || %(source)s, 0))
