-- The URLs at which a link was asked for and served.
SELECT url FROM attempt WHERE link_id = %(link_id)s
UNION SELECT url FROM capture WHERE link_id = %(link_id)s
UNION SELECT url FROM link WHERE link_id = %(link_id)s
