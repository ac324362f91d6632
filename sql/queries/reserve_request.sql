-- Reserves a host's next slot for a request, over all workers; the seconds to wait for it.
UPDATE host
SET next_request_at = greatest(next_request_at, clock_timestamp()) + make_interval(secs => %(delay_s)s)
WHERE host_id = %(host_id)s
RETURNING extract(epoch FROM next_request_at - clock_timestamp())::float8 - %(delay_s)s
