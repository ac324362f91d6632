-- Notes that the trouble behind an alarm is not seen any more.
UPDATE alarm SET quiet_since = %(now)s WHERE alarm_id = %(alarm_id)s
