-- Notes that a try failed, and when the next one may come.
UPDATE delivery SET tries = tries + 1, next_try_at = %(next_try_at)s, problem = %(problem)s
WHERE delivery_id = %(delivery_id)s
