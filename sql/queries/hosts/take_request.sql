-- Takes a host's turn for a request that goes out now; no row where it is not free. The refusals before it. A time that
-- lies further ahead than any pause was written by a wrong clock.
UPDATE host h
SET requested_at = clock_timestamp(),
    next_request_at = greatest(believed(h.next_request_at, %(longest_s)s), clock_timestamp() + make_interval(secs => d.delay_s))
FROM (SELECT greatest(%(delay_s)s::float8, (SELECT c.delay_s FROM crawl_delay c WHERE c.host_id = %(host_id)s)) AS delay_s) d
WHERE h.host_id = %(host_id)s
  AND believed(h.resting_until, %(longest_s)s) <= clock_timestamp()
  AND believed(h.requested_at, 1) <= clock_timestamp() - make_interval(secs => d.delay_s)
  AND (%(queued)s OR believed(h.next_request_at, %(longest_s)s) <= clock_timestamp())
RETURNING h.refusals
