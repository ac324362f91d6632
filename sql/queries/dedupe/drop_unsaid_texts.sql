-- Removes texts that no article says any more.
DELETE FROM text_signature t
WHERE t.text_hash = ANY (%(texts)s::bytea[]) AND NOT EXISTS (SELECT FROM signature s WHERE s.text_hash = t.text_hash)
