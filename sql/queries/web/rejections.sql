-- A page of rejected and suspect pages, newest first, those after a row of it.
SELECT r.capture_id, r.source_key AS source, l.article_key, c.url, r.verdict, r.evidence, r.rejected_at, c.accepted,
       EXISTS (SELECT FROM article_version v WHERE v.capture_id = r.capture_id) AS loaded
FROM rejection r JOIN link l USING (link_id) JOIN capture c USING (capture_id)
WHERE (%(source)s::text IS NULL OR r.source_key = %(source)s)
  AND (%(verdict)s::text IS NULL OR r.verdict = %(verdict)s)
  AND (%(before)s::timestamptz IS NULL OR (r.rejected_at, r.capture_id) < (%(before)s, %(before_id)s))
ORDER BY r.rejected_at DESC, r.capture_id DESC
LIMIT %(limit)s
