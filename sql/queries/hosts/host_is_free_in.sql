-- Seconds until a host's delay since its last request is over, and until its rest is, whichever source asked the origin.
SELECT extract(epoch FROM greatest(o.requested_at + make_interval(secs => d.delay_s), clock_timestamp()) - clock_timestamp())::float8 AS wait_s,
       extract(epoch FROM greatest(o.resting_until, clock_timestamp()) - clock_timestamp())::float8 AS rest_s
FROM (SELECT max(believed(requested_at, 1)) AS requested_at, max(believed(resting_until, %(longest_s)s)) AS resting_until
      FROM host
      WHERE url = (SELECT url FROM host WHERE host_id = %(host_id)s)) o,
     (SELECT greatest(%(delay_s)s::float8, (SELECT c.delay_s FROM crawl_delay c WHERE c.host_id = %(host_id)s)) AS delay_s) d
WHERE o.requested_at IS NOT NULL
