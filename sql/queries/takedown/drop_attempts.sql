-- Removes the attempts of a link.
DELETE FROM attempt WHERE link_id = %(link_id)s
