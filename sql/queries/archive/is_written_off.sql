-- Whether somebody gave a file of the archive up.
SELECT written_off_at IS NOT NULL FROM away_file WHERE warc = %(warc)s
