-- What single items made our code raise, newest first.
SELECT b.bug_id AS id, b.source_key AS source, b.run_id AS run, b.step, b.item, b.place, b.error, b.traceback, b.met_at
FROM bug b
WHERE %(source)s::text IS NULL OR b.source_key = %(source)s
ORDER BY b.met_at DESC, b.bug_id DESC
LIMIT %(limit)s
