-- Marks the hosts that the source file no longer lists.
UPDATE host SET listed = false
WHERE source_key = %(key)s AND listed AND url <> ALL (%(urls)s::text[])
