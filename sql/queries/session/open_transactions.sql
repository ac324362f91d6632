-- The other sessions of this database with a transaction that is open, the oldest first.
SELECT a.pid, a.application_name, a.usename AS role, host(a.client_addr) AS client, a.state AS does,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS held_s, a.query
FROM pg_stat_activity a
WHERE a.datname = current_database() AND a.xact_start IS NOT NULL AND a.pid <> pg_backend_pid()
ORDER BY a.xact_start
LIMIT 3
