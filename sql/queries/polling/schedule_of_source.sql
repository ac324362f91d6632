-- When the seeds of a source are polled, and why.
SELECT seed, polled_at, next_poll_at, interval_s, items_a_day, failures, why FROM poll_schedule
WHERE source_key = %(source)s ORDER BY seed
