-- Notes what a step did, or why it failed. Counts add up over the tries of one step.
UPDATE run_step
SET finished_at = CASE WHEN %(error)s::text IS NULL THEN now() END,
    error = %(error)s,
    counts = (SELECT coalesce(jsonb_object_agg(key, n), '{}')
              FROM (SELECT key, sum(value::numeric) AS n
                    FROM (SELECT * FROM jsonb_each_text(counts) UNION ALL
                          SELECT * FROM jsonb_each_text(%(counts)s::jsonb)) both_tries
                    GROUP BY key) sums)
WHERE run_id = %(run_id)s AND step = %(step)s AND batch = %(batch)s
