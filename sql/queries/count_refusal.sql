-- Counts an answer 429 or 503 of a host, those of one moment as one; how many in a row.
UPDATE host SET refusals = refusals + CASE WHEN resting_until > clock_timestamp() THEN 0 ELSE 1 END
WHERE host_id = %(host_id)s
RETURNING refusals
