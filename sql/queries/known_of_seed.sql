-- How many of these links the seed has shown before, and whether it has shown any at all.
SELECT count(*) FILTER (WHERE l.article_key = ANY (%(keys)s::text[])) AS known, count(*) > 0 AS polled_before
FROM link_hint h JOIN link l USING (link_id)
WHERE h.seed = %(seed)s AND l.source_key = %(source)s
