-- What a run amounted to, for check.
SELECT (SELECT count(*) FROM attempt a JOIN link l USING (link_id)
        WHERE a.run_id = r.run_id
          AND (l.state IN ('pending', 'failed') OR a.outcome IN ('ok', 'not_modified', 'gone', 'disallowed'))) AS page_attempts,
       (SELECT count(*) FROM attempt a WHERE a.run_id = r.run_id AND a.link_id IS NOT NULL
           AND (a.outcome IN ('ok', 'not_modified', 'gone', 'disallowed')
                OR a.verdict NOT IN ('seizure', 'parking', 'challenge', 'consent', 'login'))) AS page_answers,
       (SELECT count(*) FROM capture c WHERE c.run_id = r.run_id AND c.link_id IS NOT NULL AND c.chosen) AS captured,
       (SELECT count(DISTINCT j.link_id) FROM rejection j JOIN capture c USING (capture_id)
        WHERE c.run_id = r.run_id AND c.chosen AND j.verdict <> 'suspect') AS rejected,
       (SELECT count(*) FROM article_version v WHERE v.loaded_by = r.run_id AND v.verdict = 'suspect') AS suspect,
       (SELECT count(*) FROM article_version v WHERE v.loaded_by = r.run_id) AS versions,
       (SELECT count(*) FROM link_want w JOIN link l USING (link_id) WHERE w.run_id = r.run_id AND l.state = 'pending') AS pending,
       (SELECT count(*) FROM link_want w JOIN link l USING (link_id) WHERE w.run_id = r.run_id AND l.state = 'failed') AS failed,
       stock.ever_loaded,
       CASE WHEN stock.ever_loaded THEN 0
            ELSE (SELECT count(DISTINCT j.link_id) FROM rejection j WHERE j.source_key = r.source_key AND j.verdict <> 'suspect') END AS ever_rejected
FROM run r
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM article a WHERE a.source_key = r.source_key) AS ever_loaded) stock WHERE r.run_id = %(run_id)s
