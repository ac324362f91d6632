-- Looks that lie further ahead than any step of the schedule were dated by a wrong clock: they are due.
UPDATE link SET revisit_at = now()
WHERE source_key = %(source)s
  AND revisit_at > now() + interval '2 days' + (SELECT max(step) FROM source s, unnest(s.revisits) AS step
                                                WHERE s.source_key = %(source)s)
