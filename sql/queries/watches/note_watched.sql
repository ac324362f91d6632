-- Notes that watches have seen what these runs loaded.
UPDATE run SET watched_at = now() WHERE run_id = ANY (%(run_ids)s::bigint[])
