-- Takes an advisory lock for this session, if nobody else holds it.
SELECT pg_try_advisory_lock(%(key)s)
