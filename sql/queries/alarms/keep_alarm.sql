-- Notes that the trouble behind an alarm is still there.
UPDATE alarm SET summary = %(summary)s, seen_at = %(now)s, quiet_since = NULL WHERE alarm_id = %(alarm_id)s
