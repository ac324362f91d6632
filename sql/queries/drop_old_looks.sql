-- Leaves out looks at articles that were old when they were first seen, as their pages said where their URLs did not.
UPDATE link l SET revisit_at = NULL
FROM article a JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE l.source_key = %(source)s AND l.revisit_at <= now() AND l.day IS NULL AND a.link_id = l.link_id
  AND v.published_at + interval '1 day' + (SELECT max(step) FROM source s, unnest(s.revisits) AS step
                                           WHERE s.source_key = %(source)s) < a.first_seen_at
