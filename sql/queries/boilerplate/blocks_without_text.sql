-- Which of these blocks have no paragraph kept yet.
SELECT block FROM boilerplate WHERE source_key = %(source)s AND text IS NULL AND block = ANY (%(blocks)s::bigint[])
