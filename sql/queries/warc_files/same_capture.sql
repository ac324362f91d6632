-- The capture of a link that was made of this URL at this time and holds this body, whichever file it was copied from.
SELECT capture_id FROM capture
WHERE link_id = %(link_id)s AND fetched_at = %(fetched_at)s AND url = %(url)s AND digest = %(digest)s
ORDER BY capture_id LIMIT 1
