-- The session of that pid as the server sees it, and the sessions that hold what it waits for.
SELECT w.state, w.wait_event_type, w.wait_event, b.pid, b.application_name, b.usename AS role, host(b.client_addr) AS client,
       b.state AS does, extract(epoch FROM clock_timestamp() - coalesce(b.xact_start, b.state_change))::float8 AS held_s,
       b.query
FROM pg_stat_activity w
LEFT JOIN (SELECT w2.pid AS waiter, a.* FROM pg_stat_activity w2, unnest(pg_blocking_pids(w2.pid)) AS blocking
           JOIN pg_stat_activity a ON a.pid = blocking WHERE w2.pid = %(pid)s) b ON b.waiter = w.pid
WHERE w.pid = %(pid)s
