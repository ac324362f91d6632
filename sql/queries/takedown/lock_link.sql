-- Takes a link for this transaction alone: whoever stores what was fetched for it waits, and finds it gone.
SELECT link_id FROM link WHERE link_id = %(link_id)s FOR UPDATE
