-- Points each article of the batch to the version captured last, and to when it was first seen.
UPDATE article a
SET current_version = v.current_version, versions = v.versions, first_seen_at = least(a.first_seen_at, v.first_seen_at)
FROM (SELECT x.article_id, count(*) AS versions, min(x.fetched_at) AS first_seen_at,
             (array_agg(x.version ORDER BY x.fetched_at DESC, x.version DESC))[1] AS current_version
      FROM article_version x
      WHERE x.article_id IN (SELECT b.article_id FROM incoming i JOIN article b USING (article_key))
      GROUP BY x.article_id) v
WHERE a.article_id = v.article_id
  AND (a.current_version, a.versions) IS DISTINCT FROM (v.current_version, v.versions::int)
