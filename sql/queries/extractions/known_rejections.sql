-- Which of these captures were rejected, or accepted already.
SELECT c.capture_id FROM capture c
WHERE c.capture_id = ANY (%(ids)s::bigint[]) AND c.link_id IS NOT NULL
  AND (%(source)s::text IS NULL OR c.source_key = %(source)s)
  AND (c.accepted OR EXISTS (SELECT FROM rejection r WHERE r.capture_id = c.capture_id))
