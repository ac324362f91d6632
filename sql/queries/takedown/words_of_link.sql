-- What an article is told by: titles, leads and texts of all its versions, and of what was read and not loaded.
SELECT v.title, v.lead, v.text FROM article a JOIN article_version v USING (article_id) WHERE a.link_id = %(link_id)s
UNION ALL
SELECT e.fields ->> 'title', e.fields ->> 'lead', e.body FROM extraction e WHERE e.link_id = %(link_id)s AND e.fields IS NOT NULL
UNION ALL
SELECT h.title, NULL, NULL FROM link_hint h WHERE h.link_id = %(link_id)s
