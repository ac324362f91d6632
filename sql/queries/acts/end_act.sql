-- Notes what came of what a person changed.
UPDATE manual_act SET ended_at = clock_timestamp(), outcome = %(outcome)s, problem = %(problem)s WHERE act_id = %(act_id)s
