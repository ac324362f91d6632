-- What a person says of a host; null follows its breaker, which then is tried at once.
UPDATE breaker SET ruling = %(ruling)s, probe_at = '-infinity' WHERE host_id = %(host_id)s
