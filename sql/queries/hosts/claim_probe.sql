-- Takes the probe of an open breaker, if it is due, or was not made for a while where no host is left to ask.
UPDATE breaker
SET probed_at = clock_timestamp(),
    probe_at = greatest(believed(probe_at, %(longest_s)s), clock_timestamp() + make_interval(secs => %(lease_s)s))
WHERE host_id = %(host_id)s AND state = 'open' AND ruling IS NULL
  AND (believed(probe_at, %(longest_s)s) <= clock_timestamp()
       OR (%(urgent)s AND believed(probed_at, 1) <= clock_timestamp() - make_interval(secs => %(min_gap_s)s)))
RETURNING true
