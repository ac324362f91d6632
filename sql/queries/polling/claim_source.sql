-- Leases a source to this session, unless another live one polls it.
UPDATE source s
SET lease_session = (SELECT session FROM live_session WHERE pid = pg_backend_pid()),
    lease_until = now() + make_interval(secs => %(lease_s)s)
WHERE s.source_key = %(source)s
  AND (s.lease_until <= now() OR s.lease_session = (SELECT session FROM live_session WHERE pid = pg_backend_pid())
       OR NOT EXISTS (SELECT FROM live_session v WHERE v.session = s.lease_session))
