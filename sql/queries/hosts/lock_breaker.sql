-- A host's breaker, for this transaction alone.
SELECT state, since, reason, failures, opened, stand_in, failed_url, ruling, 0::float8 AS probe_in_s
FROM breaker WHERE host_id = %(host_id)s FOR UPDATE
