-- Articles that are served again are not gone.
UPDATE article a SET gone_at = NULL
FROM link l
WHERE l.link_id = a.link_id AND l.source_key = %(source)s AND l.state = 'captured' AND a.gone_at IS NOT NULL
