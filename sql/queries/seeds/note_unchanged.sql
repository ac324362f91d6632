-- A document that a host said to be unchanged was as good as read again, at what the index above it said by then. A time
-- that lies ahead was written by a wrong clock.
UPDATE seed_document SET read_at = greatest(believed(read_at, 3600), %(read_at)s), lastmod = coalesce(%(lastmod)s, lastmod)
WHERE host_id = %(host_id)s AND url = %(url)s AND read_by = %(read_by)s
  AND (%(lastmod)s::text IS NOT NULL OR period_end IS NOT NULL)
