-- What an origin's robots.txt came to, while it is good; not beyond what any is good for, where a wrong clock wrote it.
SELECT rules, outcome, reason, crawl_delay_s, extract(epoch FROM good_until - clock_timestamp())::float8 AS good_for_s
FROM robots
WHERE host_id = %(host_id)s AND origin = %(origin)s
  AND good_until > clock_timestamp() AND believed(good_until, %(longest_s)s) = good_until
