-- Points each article of the batch to what its newest loaded capture says, and to when it was first seen.
UPDATE article a
SET current_version = v.current_version, versions = v.versions, first_seen_at = least(a.first_seen_at, v.first_seen_at)
FROM (SELECT b.article_id, b.link_id, min(i.fetched_at) AS first_seen_at,
             (SELECT count(*) FROM article_version x WHERE x.article_id = b.article_id)::int AS versions,
             (SELECT x.version FROM article_version x
              WHERE x.article_id = b.article_id
              ORDER BY x.content_hash = newest.content_hash DESC NULLS LAST, x.fetched_at DESC, x.version DESC
              LIMIT 1) AS current_version
      FROM incoming i JOIN article b USING (article_key)
      LEFT JOIN LATERAL (SELECT e.content_hash FROM extraction e JOIN capture c USING (capture_id)
                         WHERE e.link_id = b.link_id AND (e.loaded_at IS NOT NULL OR e.loaded_before)
                           AND e.verdict IN ('article', 'suspect')
                         ORDER BY c.fetched_at DESC, e.extractor_version DESC LIMIT 1) newest ON true
      GROUP BY b.article_id, b.link_id, newest.content_hash) v
WHERE a.article_id = v.article_id
  AND (a.current_version, a.versions, a.first_seen_at)
      IS DISTINCT FROM (v.current_version, v.versions, least(a.first_seen_at, v.first_seen_at))
