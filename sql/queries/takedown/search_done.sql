-- A file was searched: its records are noted.
DELETE FROM takedown WHERE article_key = %(key)s AND warc = %(warc)s AND warc_offset = -1
