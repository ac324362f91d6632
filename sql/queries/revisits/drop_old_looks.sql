-- Leaves out looks at articles that were old when they were first seen, as their pages said where their URLs did not.
-- What is due comes first: it is little, whatever the planner thinks of the articles.
WITH due AS MATERIALIZED (
    SELECT link_id FROM link WHERE source_key = %(source)s AND revisit_at <= now() AND day IS NULL)
UPDATE link l SET revisit_at = NULL
FROM due JOIN article a USING (link_id)
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE l.link_id = due.link_id
  AND v.published_at + interval '1 day' + (SELECT max(step) FROM source s, unnest(s.revisits) AS step
                                           WHERE s.source_key = %(source)s) < a.first_seen_at
