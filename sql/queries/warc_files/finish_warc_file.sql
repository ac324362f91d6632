-- Notes that a file was scanned to its end, and what of it could not be read.
UPDATE warc_file SET scanned_at = %(now)s, records = %(records)s, damage = %(damage)s WHERE file_id = %(file_id)s
