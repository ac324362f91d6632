-- How the passes of these names ended.
SELECT source_key AS source, state, failures, finished_at FROM run WHERE external_id = ANY (%(names)s::text[]) ORDER BY source_key
