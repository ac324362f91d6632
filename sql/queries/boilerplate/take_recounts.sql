-- The months of a source whose counts have changed; taking them clears the notes.
WITH noted AS MATERIALIZED (
    SELECT capture_id, extractor_version, recount FROM extraction
    WHERE source_key = %(source)s AND recount <> '{}'
    ORDER BY capture_id, extractor_version
    FOR UPDATE),
cleared AS (
    UPDATE extraction e SET recount = '{}' FROM noted n
    WHERE e.capture_id = n.capture_id AND e.extractor_version = n.extractor_version)
SELECT DISTINCT m FROM noted CROSS JOIN unnest(recount) AS m ORDER BY m
