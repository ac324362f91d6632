-- Strikes the blocks that no month teaches and nobody has ruled on.
DELETE FROM boilerplate b
WHERE b.source_key = %(source)s AND b.ruled IS NULL
  AND NOT EXISTS (SELECT FROM boilerplate_month m WHERE m.source_key = b.source_key AND m.block = b.block)
