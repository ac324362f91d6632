-- One session at a time reads the WARC files of a source: others wait, and find them scanned.
SELECT pg_advisory_lock(hashtextextended('warcs:' || %(source)s, 0))
