-- The session that holds an advisory lock, and for how long it has asked for nothing.
SELECT a.pid, a.application_name, a.usename AS role, host(a.client_addr) AS client, a.state AS does,
       extract(epoch FROM clock_timestamp() - a.state_change)::float8 AS held_s, a.query
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = %(key)s
