-- A record that is not where a scan took it to begin is known by its number alone.
UPDATE warc_record SET record_offset = NULL, record_length = NULL
WHERE file_id = %(file_id)s AND member = %(member)s AND number = %(number)s
