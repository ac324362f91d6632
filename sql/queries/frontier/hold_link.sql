-- Keeps a link from being taken down until the transaction ends; no row where it was already.
SELECT link_id FROM link WHERE link_id = %(link_id)s FOR KEY SHARE
