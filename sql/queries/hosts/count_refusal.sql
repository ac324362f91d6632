-- Counts an answer 429 or 503 of a host, those of one moment as one; how many in a row, and whether the one before was
-- another URL's.
UPDATE host h
SET refusals = h.refusals + CASE WHEN believed(h.resting_until, %(longest_s)s) > clock_timestamp() THEN 0 ELSE 1 END,
    refused_url = %(url)s
FROM (SELECT host_id, refused_url FROM host WHERE host_id = %(host_id)s FOR UPDATE) before
WHERE h.host_id = before.host_id
RETURNING h.refusals, coalesce(before.refused_url <> %(url)s, false) AS others
