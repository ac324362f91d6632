-- Seconds until a host's delay since its last request is over, and until its rest is.
SELECT extract(epoch FROM greatest(believed(h.requested_at, 1) + make_interval(secs => d.delay_s), clock_timestamp()) - clock_timestamp())::float8 AS wait_s,
       extract(epoch FROM greatest(believed(h.resting_until, %(longest_s)s), clock_timestamp()) - clock_timestamp())::float8 AS rest_s
FROM host h,
     (SELECT greatest(%(delay_s)s::float8, (SELECT c.delay_s FROM crawl_delay c WHERE c.host_id = %(host_id)s)) AS delay_s) d
WHERE h.host_id = %(host_id)s
