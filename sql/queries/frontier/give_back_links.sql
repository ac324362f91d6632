-- Gives links that were leased and not asked for back to whoever comes.
UPDATE link SET lease_session = NULL, lease_until = '-infinity'
WHERE link_id = ANY (%(link_ids)s::bigint[])
  AND lease_session = (SELECT session FROM live_session WHERE pid = pg_backend_pid())
