-- Dates the next look at a link's page: a step that was missed is skipped, one look covers all that were.
UPDATE link l SET revisit_at = n.next_look_at
FROM next_look n
WHERE l.link_id = %(link_id)s AND n.link_id = l.link_id AND l.revisit_at IS DISTINCT FROM n.next_look_at
