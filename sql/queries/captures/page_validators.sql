-- The validators of the last chosen capture of links on each host, where it was read as the article.
SELECT last.link_id, h.url AS host, last.etag, last.last_modified, last.fetched_at
FROM (SELECT DISTINCT ON (c.link_id, c.host_id) c.link_id, c.host_id, c.capture_id, c.status, c.etag, c.last_modified,
             c.fetched_at
      FROM capture c
      WHERE c.link_id = ANY (%(link_ids)s::bigint[]) AND c.chosen
      ORDER BY c.link_id, c.host_id, c.fetched_at DESC, c.capture_id DESC) last
JOIN host h USING (host_id)
WHERE last.status = 200 AND (last.etag IS NOT NULL OR last.last_modified IS NOT NULL)
  AND EXISTS (SELECT FROM extraction e WHERE e.capture_id = last.capture_id AND e.verdict = 'article')
  AND NOT EXISTS (SELECT FROM rejection r WHERE r.capture_id = last.capture_id)
