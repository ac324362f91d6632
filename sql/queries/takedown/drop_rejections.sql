-- Removes rejections of a link or of captures that go.
DELETE FROM rejection WHERE link_id = %(link_id)s OR capture_id = ANY (%(ids)s::bigint[])
