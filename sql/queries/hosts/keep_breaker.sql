-- Keeps what a breaker has become; `probe_in_s` is null where its next probe stays as it is.
UPDATE breaker
SET since = CASE WHEN state = %(state)s THEN since ELSE clock_timestamp() END,
    state = %(state)s,
    reason = %(reason)s,
    failures = %(failures)s,
    opened = %(opened)s,
    stand_in = %(stand_in)s,
    failed_url = %(failed_url)s,
    ruling = %(ruling)s,
    probe_at = CASE WHEN %(probe_in_s)s::float8 IS NULL THEN probe_at
                    ELSE clock_timestamp() + make_interval(secs => %(probe_in_s)s::float8) END
WHERE host_id = %(host_id)s
