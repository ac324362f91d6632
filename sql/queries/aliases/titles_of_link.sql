-- What seeds and the stored page call an article.
SELECT h.title FROM link_hint h WHERE h.link_id = %(link_id)s AND h.title IS NOT NULL
UNION
SELECT v.title FROM article a JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE a.link_id = %(link_id)s
