-- The title and text that a page gave when it was last read: its own text, or that of the version which holds it.
SELECT e.fields ->> 'title' AS title, coalesce(e.body, v.text) AS text
FROM extraction e
LEFT JOIN article a ON a.link_id = e.link_id
LEFT JOIN LATERAL (SELECT w.text FROM article_version w
                   WHERE w.article_id = a.article_id AND (w.capture_id = e.capture_id OR w.content_hash = e.content_hash)
                   ORDER BY w.capture_id = e.capture_id DESC LIMIT 1) v ON true
WHERE e.capture_id = %(capture_id)s
ORDER BY e.extractor_version DESC
LIMIT 1
