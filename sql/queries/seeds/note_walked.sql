-- The walk behind the first page of a listing came to its end, the page being the one that it began with.
UPDATE seed_document SET whole = true WHERE host_id = %(host_id)s AND url = %(url)s AND read_at = %(read_at)s
