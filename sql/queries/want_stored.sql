-- Puts every stored link of a window on a revisit's list, whether a seed still shows it or not.
UPDATE link l
SET state = 'pending', wanted_by = %(run_id)s, tries = 0, next_try_at = '-infinity'
FROM source s
WHERE l.source_key = %(source)s AND s.source_key = l.source_key AND l.state <> 'pending'
  AND (%(since)s::timestamptz IS NULL
       OR l.day >= (%(since)s::timestamptz AT TIME ZONE s.timezone)::date
          AND l.day <= ((%(until)s::timestamptz - interval '1 microsecond') AT TIME ZONE s.timezone)::date)
