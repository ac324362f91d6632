-- Says of ruled blocks that no month teaches them any more.
UPDATE boilerplate b SET learned = false
WHERE b.source_key = %(source)s AND b.learned AND b.ruled IS NOT NULL
  AND NOT EXISTS (SELECT FROM boilerplate_month m WHERE m.source_key = b.source_key AND m.block = b.block)
