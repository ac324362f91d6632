-- How each source stands since a time: when it last gave an article and ended a run, how much it gave, what failed.
SELECT o.source_key AS source,
       (SELECT max(a.first_seen_at) FROM article a WHERE a.source_key = o.source_key) AS newest_seen_at,
       (SELECT count(*) FROM article a WHERE a.source_key = o.source_key AND a.first_seen_at > %(since)s) AS articles,
       (SELECT count(*) FROM rejection j WHERE j.source_key = o.source_key AND j.rejected_at > %(since)s) AS rejections,
       (SELECT r.finished_at FROM run r WHERE r.source_key = o.source_key AND r.state <> 'running'
        ORDER BY r.started_at DESC LIMIT 1) AS run_ended_at,
       -- Of the last 50: a source that fails for ever is not counted through.
       (SELECT count(*)
        FROM (SELECT l.state, bool_or(l.state = 'success') OVER (ORDER BY l.started_at DESC) AS is_over
              FROM (SELECT r.state, r.started_at FROM run r
                    WHERE r.source_key = o.source_key AND r.kind = 'live' AND r.state <> 'running'
                    ORDER BY r.started_at DESC LIMIT 50) l) x
        WHERE NOT x.is_over) AS runs_failed
FROM source o
ORDER BY o.source_key
