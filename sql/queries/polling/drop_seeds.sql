-- Forgets the schedules of seeds that a source polls no more.
DELETE FROM poll_schedule WHERE source_key = %(source)s AND seed <> ALL (%(seeds)s::text[])
