-- Notes that a message was sent, or is given up.
UPDATE delivery SET state = %(state)s, done_at = %(now)s, tries = tries + 1, problem = %(problem)s
WHERE delivery_id = %(delivery_id)s
