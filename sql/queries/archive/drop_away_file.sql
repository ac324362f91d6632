-- Forgets that a file was away; tells whether it had been written off.
DELETE FROM away_file WHERE warc = %(warc)s RETURNING written_off_at IS NOT NULL
