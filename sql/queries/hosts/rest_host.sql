-- Has every worker leave a host alone for so many seconds; the seconds that are left of its rest.
UPDATE host SET resting_until = greatest(believed(resting_until, %(longest_s)s), clock_timestamp() + make_interval(secs => %(rest_s)s))
WHERE host_id = %(host_id)s
RETURNING extract(epoch FROM resting_until - clock_timestamp())::float8
