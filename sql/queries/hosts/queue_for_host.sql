-- Takes the next place in a host's queue, unless it rests or the queue is longer than patience_s; seconds to wait, and to rest.
UPDATE host h
SET next_request_at = CASE
        WHEN believed(h.resting_until, %(longest_s)s) > clock_timestamp()
             OR believed(h.next_request_at, %(longest_s)s) > clock_timestamp() + make_interval(secs => %(patience_s)s)
            THEN believed(h.next_request_at, %(longest_s)s)
        ELSE greatest(believed(h.next_request_at, %(longest_s)s), clock_timestamp()) + make_interval(secs => d.delay_s) END
FROM (SELECT greatest(%(delay_s)s::float8, (SELECT c.delay_s FROM crawl_delay c WHERE c.host_id = %(host_id)s)) AS delay_s) d
WHERE h.host_id = %(host_id)s
RETURNING extract(epoch FROM greatest(h.next_request_at, clock_timestamp()) - clock_timestamp())::float8 - d.delay_s AS wait_s,
          extract(epoch FROM greatest(believed(h.resting_until, %(longest_s)s), clock_timestamp()) - clock_timestamp())::float8
              AS rest_s
