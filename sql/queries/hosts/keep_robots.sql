-- Keeps for all workers what an origin's robots.txt came to.
INSERT INTO robots (host_id, origin, fetched_at, good_until, rules, outcome, reason, crawl_delay_s)
VALUES (%(host_id)s, %(origin)s, clock_timestamp(), clock_timestamp() + make_interval(secs => %(good_for_s)s),
        %(rules)s, %(outcome)s, %(reason)s, %(crawl_delay_s)s)
ON CONFLICT (host_id, origin) DO UPDATE
SET fetched_at = excluded.fetched_at, good_until = excluded.good_until, rules = excluded.rules, outcome = excluded.outcome,
    reason = excluded.reason,
    crawl_delay_s = CASE WHEN excluded.outcome IS NULL THEN excluded.crawl_delay_s ELSE robots.crawl_delay_s END
