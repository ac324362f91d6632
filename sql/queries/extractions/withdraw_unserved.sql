-- Takes back the rejections of answers that stood in for a page which a host serves now.
DELETE FROM rejection r USING capture c
WHERE r.link_id = %(link_id)s AND c.capture_id = r.capture_id AND NOT c.chosen
