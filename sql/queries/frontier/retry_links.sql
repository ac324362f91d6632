-- Has the next run try links again: those named, or all that were given up. A lease stays: its worker is at it.
UPDATE link SET state = 'pending', tries = 0, next_try_at = '-infinity', retry_asked = true
WHERE source_key = %(source)s
  AND CASE WHEN %(keys)s::text[] IS NULL THEN state = 'failed'
           ELSE state <> 'captured' AND article_key = ANY (%(keys)s::text[]) END
RETURNING article_key
