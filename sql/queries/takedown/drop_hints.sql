-- Removes what seeds said of a link.
DELETE FROM link_hint WHERE link_id = %(link_id)s
