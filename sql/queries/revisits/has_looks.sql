-- Whether any look of a source is due, or dated by a wrong clock: further ahead than any step of its schedule.
SELECT EXISTS (SELECT FROM link WHERE source_key = %(source)s AND revisit_at <= now())
    OR EXISTS (SELECT FROM link
               WHERE source_key = %(source)s
                 AND revisit_at > now() + interval '2 days' + (SELECT max(step) FROM source s, unnest(s.revisits) AS step
                                                               WHERE s.source_key = %(source)s))
