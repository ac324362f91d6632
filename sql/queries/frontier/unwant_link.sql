-- A page that is there, or gone, is wanted by no run any more.
DELETE FROM link_want WHERE link_id = %(link_id)s
