-- Removes a link.
DELETE FROM link WHERE link_id = %(link_id)s
