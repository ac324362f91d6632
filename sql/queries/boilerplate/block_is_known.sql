-- Whether a block is listed, or stands on a stored page.
SELECT EXISTS (SELECT FROM boilerplate WHERE source_key = %(source)s AND block = %(block)s)
    OR EXISTS (SELECT FROM extraction WHERE source_key = %(source)s AND blocks @> ARRAY[%(block)s::bigint])
