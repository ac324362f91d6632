-- Keeps a link that is about to be fetched; no row when the lease was lost meanwhile.
UPDATE link SET lease_until = now() + make_interval(secs => %(lease_s)s)
WHERE link_id = %(link_id)s AND (state = 'pending' OR state IN ('captured', 'gone') AND revisit_at <= now())
  AND lease_session = (SELECT session FROM live_session WHERE pid = pg_backend_pid())
