-- Blocks of which no paragraph is kept yet.
SELECT block FROM boilerplate WHERE source_key = %(source)s AND text IS NULL
