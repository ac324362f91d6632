-- Takes a host's turn for a request that goes out now; no row where it is not free. The refusals before it.
UPDATE host h
SET requested_at = clock_timestamp(),
    next_request_at = greatest(h.next_request_at, clock_timestamp() + make_interval(secs => d.delay_s))
FROM (SELECT greatest(%(delay_s)s::float8, (SELECT c.delay_s FROM crawl_delay c WHERE c.host_id = %(host_id)s)) AS delay_s) d
WHERE h.host_id = %(host_id)s
  AND h.resting_until <= clock_timestamp()
  AND h.requested_at <= clock_timestamp() - make_interval(secs => d.delay_s)
  AND (%(queued)s OR h.next_request_at <= clock_timestamp())
RETURNING h.refusals
