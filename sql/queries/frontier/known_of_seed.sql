-- How many of these links the seed has shown before, and whether it has shown any at all.
SELECT (SELECT count(*) FROM link l JOIN link_hint h USING (link_id)
        WHERE l.article_key = ANY (%(keys)s::text[]) AND h.seed = %(seed)s),
       EXISTS (SELECT FROM link_hint h JOIN link l USING (link_id)
               WHERE h.seed = %(seed)s AND l.source_key = %(source)s)
