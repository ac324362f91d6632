-- Ends an alarm.
UPDATE alarm SET over_at = %(now)s WHERE alarm_id = %(alarm_id)s
