-- What nobody was told yet: alarms that were raised, those that stand for long since they were told, those that are over.
SELECT alarm_id, source_key AS source, name, subject, summary, raised_at, over_at,
       CASE WHEN over_at IS NOT NULL THEN 'over' WHEN told_at IS NULL THEN 'raised' ELSE 'still so' END AS state
FROM alarm
WHERE (over_at IS NULL AND quiet_since IS NULL AND (told_at IS NULL OR told_at <= %(remind_before)s))
   OR (over_at IS NOT NULL AND told_at IS NOT NULL AND NOT over_told)
ORDER BY over_at IS NOT NULL, told_at IS NOT NULL, raised_at, alarm_id
