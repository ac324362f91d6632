-- What a run read from each seed.
SELECT seed, outcome, links, known, gap, first_day, last_day,
       (SELECT array_agg(ARRAY[lower(span), upper(span) - 1]) FROM unnest(reached) AS span) AS reached, detail
FROM seed_poll WHERE run_id = %(run_id)s ORDER BY seed
