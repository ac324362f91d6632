-- Notes that a message tells of these alarms as they stand.
UPDATE alarm
SET told_at = CASE WHEN over_at IS NULL THEN %(now)s ELSE told_at END, over_told = over_at IS NOT NULL
WHERE alarm_id = ANY (%(ids)s::bigint[])
