-- Alarms, those that are open first and then the newest; those that are over only where all are asked for, those of one source
-- alone where it is given.
SELECT alarm_id, source_key AS source, name, subject, summary, raised_at, seen_at, quiet_since, over_at, told_at
FROM alarm
WHERE (%(all)s OR over_at IS NULL) AND (%(source)s::text IS NULL OR source_key = %(source)s)
ORDER BY over_at IS NOT NULL, raised_at DESC, alarm_id DESC
LIMIT %(limit)s
