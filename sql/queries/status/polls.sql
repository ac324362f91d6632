-- When the seeds that show what is new are polled, and why, the next first.
SELECT source_key AS source, seed, interval_s, next_poll_at, polled_at, items_a_day, failures, why FROM poll_schedule
WHERE %(source)s::text IS NULL OR source_key = %(source)s
ORDER BY source_key, next_poll_at, seed
