-- The newest copies of a link's page in web archives, of a link whose page nobody has served yet.
SELECT h.url AS archive, c.captured_at, c.url
FROM archived_copy c JOIN host h USING (host_id)
WHERE c.link_id = %(link_id)s AND h.listed AND h.role = 'archive'
  AND NOT EXISTS (SELECT FROM capture p WHERE p.link_id = c.link_id AND p.chosen)
ORDER BY c.captured_at DESC, c.url
LIMIT %(size)s
