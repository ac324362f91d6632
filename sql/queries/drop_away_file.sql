-- Forgets that a file was away.
DELETE FROM away_file WHERE warc = %(warc)s
