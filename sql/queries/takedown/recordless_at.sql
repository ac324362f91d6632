-- When hosts were asked for a link's page and no capture came of it: it was as before, or broke off.
SELECT started_at FROM attempt WHERE link_id = %(link_id)s AND capture_id IS NULL
