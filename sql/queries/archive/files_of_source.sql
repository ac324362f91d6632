-- Files of the archive in which captures of a source lie that other runs made.
SELECT DISTINCT warc FROM capture WHERE source_key = %(source)s AND run_id IS DISTINCT FROM %(run_id)s
