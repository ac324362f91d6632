-- How links of a source stand on the frontier.
SELECT article_key, state FROM link WHERE source_key = %(source)s AND article_key = ANY (%(keys)s::text[])
