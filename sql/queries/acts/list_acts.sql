-- A page of what people changed, newest first, before one of them.
SELECT act_id, kind, source_key AS source, subject, done_by, begun_at, ended_at, outcome, problem
FROM manual_act
WHERE (%(source)s::text IS NULL OR source_key = %(source)s) AND act_id < %(before)s
ORDER BY act_id DESC
LIMIT %(limit)s
