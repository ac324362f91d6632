-- Removes suggestions that name an article's URLs.
DELETE FROM suggestion WHERE source_key = %(source)s AND url = ANY (%(urls)s::text[])
