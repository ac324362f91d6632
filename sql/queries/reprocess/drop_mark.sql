-- A reprocessing is at its end.
DELETE FROM reprocess_mark WHERE source_key = %(source)s AND asked_for = %(asked_for)s
