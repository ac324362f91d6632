-- Clusters of so many articles, the latest first: of a source and a window where one of their articles is. Ten titles each.
-- Those of one article are as many as there are articles: they are looked at only where they are asked for.
WITH asked AS (
    SELECT cluster_id FROM shared_cluster
    WHERE %(since)s::timestamptz IS NULL OR (last_published_at >= %(since)s AND first_published_at < %(until)s)
    UNION ALL
    SELECT DISTINCT t.cluster_id FROM text_signature t
    WHERE %(min_size)s < 2 AND NOT EXISTS (SELECT FROM shared_cluster c WHERE c.cluster_id = t.cluster_id))
SELECT f.head, h.title, f.size, f.sources, t.titles, f.first_published_at, f.last_published_at
FROM (SELECT t.cluster_id AS head, count(*)::int AS size, array_agg(DISTINCT l.source_key) AS sources,
             min(s.published_at) AS first_published_at, max(s.published_at) AS last_published_at
      FROM asked JOIN text_signature t USING (cluster_id) JOIN signature s USING (text_hash) JOIN link l USING (article_key)
      GROUP BY t.cluster_id
      HAVING count(*) >= %(min_size)s
         AND (%(source)s::text IS NULL OR bool_or(l.source_key = %(source)s))
         AND (%(since)s::timestamptz IS NULL OR bool_or(s.published_at >= %(since)s AND s.published_at < %(until)s))) f
LEFT JOIN LATERAL (SELECT v.title FROM article a
                   JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
                   WHERE a.article_key = f.head) h ON true
CROSS JOIN LATERAL (SELECT ARRAY(SELECT DISTINCT v.title
                                 FROM text_signature t JOIN signature s USING (text_hash) JOIN article a USING (article_key)
                                 JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
                                 WHERE t.cluster_id = f.head
                                 ORDER BY v.title LIMIT 10) AS titles) t
ORDER BY f.first_published_at DESC NULLS LAST, f.head
