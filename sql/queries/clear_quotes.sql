-- What other links' attempts and problems quote of an article: its titles and paths.
WITH said AS (
    UPDATE attempt a SET detail = NULL FROM link l
    WHERE l.link_id = a.link_id AND l.source_key = %(source)s AND a.detail LIKE ANY (%(quoted)s::text[]))
UPDATE link SET last_problem = NULL
WHERE source_key = %(source)s AND last_problem LIKE ANY (%(quoted)s::text[])
