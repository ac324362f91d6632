-- Records what a run read from a seed.
INSERT INTO seed_poll (run_id, seed, polled_at, host_id, outcome, links, known, gap, detail)
VALUES (%(run_id)s, %(seed)s, %(polled_at)s, %(host_id)s, %(outcome)s, %(links)s, %(known)s, %(gap)s, %(detail)s)
ON CONFLICT (run_id, seed) DO UPDATE
SET polled_at = excluded.polled_at, host_id = excluded.host_id, outcome = excluded.outcome, links = excluded.links,
    known = excluded.known, gap = seed_poll.gap OR excluded.gap, detail = excluded.detail
