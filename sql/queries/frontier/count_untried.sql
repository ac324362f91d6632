-- How many links of a source wait for their first try.
SELECT count(*) FROM link
WHERE source_key = %(source)s AND state = 'pending' AND tries = 0 AND last_problem IS NULL AND NOT retry_asked
