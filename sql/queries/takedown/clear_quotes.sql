-- What other links' attempts and problems, and bugs, quote of an article: its titles and paths.
WITH bugs AS (
    DELETE FROM bug b
    WHERE b.source_key = %(source)s AND concat_ws(' ', b.item, b.error, b.traceback) LIKE ANY (%(quoted)s::text[])),
said AS (
    UPDATE attempt a SET detail = NULL FROM link l
    WHERE l.link_id = a.link_id AND l.source_key = %(source)s AND a.detail LIKE ANY (%(quoted)s::text[])),
events AS (
    UPDATE host_event e SET reason = NULL FROM host h
    WHERE h.host_id = e.host_id AND h.source_key = %(source)s AND e.reason LIKE ANY (%(quoted)s::text[])),
breakers AS (
    UPDATE breaker b SET reason = NULL FROM host h
    WHERE h.host_id = b.host_id AND h.source_key = %(source)s AND b.reason LIKE ANY (%(quoted)s::text[]))
UPDATE link SET last_problem = NULL
WHERE source_key = %(source)s AND last_problem LIKE ANY (%(quoted)s::text[])
