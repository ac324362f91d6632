-- Ends a run, and adds up what was counted of its source, one row a change. Rows that another run adds up are left to it.
WITH ended AS (
    UPDATE run SET state = %(state)s, finished_at = now(), failures = %(failures)s::text[], warnings = %(warnings)s::text[]
    WHERE run_id = %(run_id)s
    RETURNING source_key),
taken AS (
    DELETE FROM source_tally t USING ended
    WHERE t.ctid = ANY (ARRAY(SELECT x.ctid FROM source_tally x JOIN ended USING (source_key) FOR UPDATE OF x SKIP LOCKED))
    RETURNING t.*)
INSERT INTO source_tally (source_key, articles, suspect, failed, gone, runs_ended)
SELECT source_key, sum(articles), sum(suspect), sum(failed), sum(gone), sum(runs_ended) FROM taken GROUP BY source_key
