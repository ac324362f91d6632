-- Records what a run read from a seed. What an earlier try of the same run reached stays reached.
INSERT INTO seed_poll (run_id, seed, polled_at, host_id, outcome, links, known, gap, first_day, last_day, reached, detail)
VALUES (%(run_id)s, %(seed)s, %(polled_at)s, %(host_id)s, %(outcome)s, %(links)s, %(known)s, %(gap)s, %(first_day)s, %(last_day)s,
        %(reached)s, %(detail)s)
ON CONFLICT (run_id, seed) DO UPDATE
SET polled_at = excluded.polled_at, host_id = excluded.host_id, outcome = excluded.outcome, links = excluded.links,
    known = excluded.known, first_day = excluded.first_day, last_day = excluded.last_day,
    reached = coalesce(seed_poll.reached + excluded.reached, excluded.reached, seed_poll.reached),
    gap = seed_poll.gap OR excluded.gap, detail = excluded.detail
