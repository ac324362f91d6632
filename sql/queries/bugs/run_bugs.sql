-- The bugs that a run met, by place: on how many items, and what was raised last.
SELECT place, (array_agg(error ORDER BY met_at DESC, bug_id DESC))[1] AS error, count(DISTINCT item) AS items, min(item) AS item
FROM bug WHERE run_id = %(run_id)s
GROUP BY place ORDER BY count(DISTINCT item) DESC, place
