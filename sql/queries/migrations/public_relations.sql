-- Which of these names a table or view in public bears.
SELECT relname FROM pg_class
WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'p', 'v', 'm', 'f') AND relname = ANY (%(names)s::text[])
ORDER BY relname
