-- Takes a host's turn for a request that goes out now; no row where it is not free. The refusals before it. Sources that
-- list the same origin share its delay and its rest. A time that lies further ahead than any pause was written by a wrong
-- clock.
WITH origin AS MATERIALIZED (
    SELECT requested_at, resting_until
    FROM host
    WHERE url = (SELECT url FROM host WHERE host_id = %(host_id)s)
    ORDER BY host_id
    FOR NO KEY UPDATE)
UPDATE host h
SET requested_at = clock_timestamp(),
    next_request_at = greatest(believed(h.next_request_at, %(longest_s)s), clock_timestamp() + make_interval(secs => d.delay_s))
FROM (SELECT greatest(%(delay_s)s::float8, (SELECT c.delay_s FROM crawl_delay c WHERE c.host_id = %(host_id)s)) AS delay_s) d,
     (SELECT max(believed(requested_at, 1)) AS requested_at, max(believed(resting_until, %(longest_s)s)) AS resting_until
      FROM origin) o
WHERE h.host_id = %(host_id)s
  AND o.resting_until <= clock_timestamp()
  AND o.requested_at <= clock_timestamp() - make_interval(secs => d.delay_s)
  AND (%(queued)s OR believed(h.next_request_at, %(longest_s)s) <= clock_timestamp())
RETURNING h.refusals
