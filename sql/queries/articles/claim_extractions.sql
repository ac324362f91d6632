-- Locks placed extractions that wait to be loaded, in the order in which loaders take articles: those of a window, those
-- that mend what is loaded, and those accepted by hand. An article waits while any capture of it is to be read again, since
-- a text without boilerplate and one with it would look like two versions.
SELECT e.capture_id, e.extractor_version, e.link_id, l.article_key, l.url AS link_url, e.fields, e.body, e.published_at,
       e.content_hash, c.fetched_at, c.host_id, c.url, e.loaded_before, e.verdict, e.evidence
FROM extraction e JOIN link l USING (link_id) JOIN capture c USING (capture_id)
WHERE e.source_key = %(source)s AND e.placed_at IS NOT NULL AND e.loaded_at IS NULL
  AND (%(since)s::timestamptz IS NULL OR e.published_at IS NULL
       OR (e.published_at >= %(since)s AND e.published_at < %(until)s) OR e.loaded_before OR c.accepted)
  AND c.extractor_version = e.extractor_version
  AND NOT EXISTS (SELECT FROM capture m
                  WHERE m.link_id = e.link_id AND m.chosen AND NOT m.away AND NOT m.damaged AND m.extractor_version < e.extractor_version)
ORDER BY l.article_key, c.fetched_at
LIMIT %(size)s
FOR UPDATE OF e SKIP LOCKED
