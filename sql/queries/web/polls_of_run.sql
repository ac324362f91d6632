-- What a run read from each seed.
SELECT seed, polled_at, outcome, links, known, gap, detail
FROM seed_poll WHERE run_id = %(run_id)s
ORDER BY seed
LIMIT %(limit)s
