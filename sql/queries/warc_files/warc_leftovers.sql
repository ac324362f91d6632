-- How many records of files a window would take and that were not copied, by what is wrong with them;
-- nothing is with a revisit of a payload that no file holds.
SELECT r.problem, count(*) AS records
FROM warc_record r
WHERE r.file_id = ANY (%(file_ids)s::bigint[]) AND r.capture_id IS NULL AND (r.problem IS NOT NULL OR r.revisit)
  AND (%(first)s::date IS NULL
       OR r.day BETWEEN %(first)s::date AND %(last)s::date
       OR (r.day IS NULL AND (r.captured_at IS NULL OR r.captured_at >= %(since)s::timestamptz)))
GROUP BY 1 ORDER BY 2 DESC, 1
