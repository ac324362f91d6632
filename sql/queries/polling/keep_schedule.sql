-- Keeps when a seed is polled next; a poll that was earlier than the one that is kept says nothing any more.
INSERT INTO poll_schedule AS p (source_key, seed, polled_at, next_poll_at, interval_s, items_a_day, failures, why)
VALUES (%(source)s, %(seed)s, %(polled_at)s, %(next_poll_at)s, %(interval_s)s, %(items_a_day)s, %(failures)s, %(why)s)
ON CONFLICT (source_key, seed) DO UPDATE
SET polled_at = excluded.polled_at, next_poll_at = excluded.next_poll_at, interval_s = excluded.interval_s,
    items_a_day = excluded.items_a_day, failures = excluded.failures, why = excluded.why
WHERE p.polled_at <= excluded.polled_at
