-- Dates the articles that every host has answered 404 or 410 for.
UPDATE article a SET gone_at = now()
FROM link l
WHERE l.link_id = a.link_id AND l.source_key = %(source)s AND l.state = 'gone' AND a.gone_at IS NULL
