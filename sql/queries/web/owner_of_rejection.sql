-- The source of a page that was rejected, or accepted before.
SELECT c.source_key FROM capture c
WHERE c.capture_id = %(capture_id)s AND c.link_id IS NOT NULL
  AND (c.accepted OR EXISTS (SELECT FROM rejection r WHERE r.capture_id = c.capture_id))
