-- How each source stands: its stock, its frontier. What grows with the stock is counted as it changes, or asked of an index.
SELECT s.source_key AS source, s.name, s.timezone,
       coalesce(t.articles, 0) AS articles,
       coalesce(t.suspect, 0) AS suspect,
       (SELECT max(a.current_published_at) FROM article a WHERE a.source_key = s.source_key) AS newest_published_at,
       (SELECT max(a.first_seen_at) FROM article a WHERE a.source_key = s.source_key) AS newest_seen_at,
       (SELECT count(*) FROM link l WHERE l.source_key = s.source_key AND l.state = 'pending'
           AND (l.tries > 0 OR l.retry_asked OR EXISTS (SELECT FROM link_want w WHERE w.link_id = l.link_id))) AS pending,
       coalesce(t.failed, 0) AS failed,
       coalesce(t.gone, 0) AS gone,
       (SELECT count(DISTINCT j.link_id) FROM rejection j WHERE j.source_key = s.source_key
           AND NOT EXISTS (SELECT FROM article a WHERE a.link_id = j.link_id)) AS rejected
FROM source s
LEFT JOIN (SELECT source_key, sum(articles)::bigint AS articles, sum(suspect)::bigint AS suspect, sum(failed)::bigint AS failed,
                  sum(gone)::bigint AS gone
           FROM source_tally WHERE %(source)s::text IS NULL OR source_key = %(source)s GROUP BY source_key) t USING (source_key)
WHERE %(source)s::text IS NULL OR s.source_key = %(source)s
ORDER BY s.source_key
