-- How links stand on the frontier.
SELECT article_key, state FROM link WHERE article_key = ANY (%(keys)s::text[])
