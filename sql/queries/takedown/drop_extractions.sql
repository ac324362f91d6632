-- Removes what was read of a link's pages and of captures that go.
DELETE FROM extraction WHERE link_id = %(link_id)s OR capture_id = ANY (%(ids)s::bigint[])
