-- What a run read from each seed.
SELECT seed, outcome, links, known, gap, first_day, last_day, detail FROM seed_poll WHERE run_id = %(run_id)s ORDER BY seed
