-- Links of a source with a stored page that a reprocessing takes. Its window takes what is published in it, or fetched in it
-- where no date is known.
SELECT l.link_id FROM link l
WHERE l.source_key = %(source)s AND l.link_id > %(after)s
  AND EXISTS (
      SELECT FROM capture c
      LEFT JOIN LATERAL (SELECT n.published_at FROM extraction n WHERE n.capture_id = c.capture_id
                         ORDER BY n.extractor_version DESC LIMIT 1) e ON true
      WHERE c.link_id = l.link_id AND c.chosen AND NOT c.damaged
        AND (%(older_than)s::int IS NULL OR c.extractor_version < %(older_than)s)
        AND (%(since)s::timestamptz IS NULL
             OR coalesce(e.published_at, c.fetched_at) >= %(since)s AND coalesce(e.published_at, c.fetched_at) < %(until)s))
ORDER BY l.link_id
LIMIT %(size)s
