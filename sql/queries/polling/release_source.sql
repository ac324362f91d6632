-- Ends this session's lease of a source.
UPDATE source SET lease_until = '-infinity'
WHERE source_key = %(source)s AND lease_session = (SELECT session FROM live_session WHERE pid = pg_backend_pid())
