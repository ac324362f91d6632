-- The months in which a link's pages count, or are to be counted.
SELECT DISTINCT m FROM extraction e CROSS JOIN unnest(e.recount || e.month) AS m
WHERE e.link_id = %(link_id)s AND m IS NOT NULL ORDER BY m
