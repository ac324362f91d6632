-- Files that may be back, and were not looked for since.
SELECT warc FROM away_file WHERE written_off_at IS NULL AND looked_at < %(since)s ORDER BY warc
