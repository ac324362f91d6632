-- The last link that a reprocessing has done which is not at its end.
SELECT link_id FROM reprocess_mark WHERE source_key = %(source)s AND asked_for = %(asked_for)s
