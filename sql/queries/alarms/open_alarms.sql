-- The alarms that are open, by source and name.
SELECT alarm_id, source_key AS source, name, subject, summary, raised_at, seen_at, quiet_since, over_at, told_at
FROM alarm WHERE over_at IS NULL
ORDER BY source_key NULLS FIRST, name, subject
