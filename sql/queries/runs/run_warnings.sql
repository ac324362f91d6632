-- What a run that has ended warns of.
SELECT warnings FROM run WHERE run_id = %(run_id)s
