-- How each source stands: its stock, its frontier, its last runs.
SELECT s.source_key AS source, s.name, s.timezone,
       (SELECT count(*) FROM article a WHERE a.source_key = s.source_key) AS articles,
       (SELECT count(*) FROM article a WHERE a.source_key = s.source_key AND a.current_verdict = 'suspect') AS suspect,
       (SELECT max(v.published_at) FROM article a JOIN article_version v USING (article_id)
         WHERE a.source_key = s.source_key AND v.version = a.current_version) AS newest_published_at,
       (SELECT max(a.first_seen_at) FROM article a WHERE a.source_key = s.source_key) AS newest_seen_at,
       (SELECT count(*) FROM link l WHERE l.source_key = s.source_key AND l.state = 'pending'
           AND (l.tries > 0 OR l.retry_asked OR EXISTS (SELECT FROM link_want w WHERE w.link_id = l.link_id))) AS pending,
       (SELECT count(*) FROM link l WHERE l.source_key = s.source_key AND l.state = 'failed') AS failed,
       (SELECT count(*) FROM link l WHERE l.source_key = s.source_key AND l.state = 'gone' AND l.alias_of IS NULL) AS gone,
       (SELECT count(DISTINCT j.link_id) FROM rejection j WHERE j.source_key = s.source_key
           AND NOT EXISTS (SELECT FROM article a WHERE a.link_id = j.link_id)) AS rejected
FROM source s
WHERE %(source)s::text IS NULL OR s.source_key = %(source)s
ORDER BY s.source_key
