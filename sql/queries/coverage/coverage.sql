-- What is held of each day that holds anything, or that a seed has reached.
SELECT day, links, captured, loaded, rejected, gone, pending, failed, covered
FROM coverage_by_day
WHERE source = %(source)s AND day BETWEEN %(first_day)s AND %(last_day)s
ORDER BY day
