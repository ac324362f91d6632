-- What a source's pages are read with: the blocks that are left out, and what is pruned.
SELECT s.boilerplate_revision AS revision, s.prune,
       ARRAY(SELECT b.block FROM boilerplate b
             WHERE b.source_key = s.source_key AND (b.ruled = 'drop' OR b.learned AND b.ruled IS NULL)) AS blocks
FROM source s WHERE s.source_key = %(source)s
