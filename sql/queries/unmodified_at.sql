-- When hosts said that a link's page was as before.
SELECT started_at FROM attempt WHERE link_id = %(link_id)s AND outcome = 'not_modified'
