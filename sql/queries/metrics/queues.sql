-- How much of each source waits for which step, and how many links were given up.
SELECT o.source_key AS source,
       (SELECT count(*) FROM link l WHERE l.source_key = o.source_key AND l.state = 'pending'
           AND (l.tries > 0 OR l.retry_asked OR EXISTS (SELECT FROM link_want w WHERE w.link_id = l.link_id))) AS fetch,
       (SELECT count(*) FROM capture c WHERE c.source_key = o.source_key AND c.chosen AND c.link_id IS NOT NULL
           AND c.extractor_version = 0) AS extract,
       (SELECT count(*) FROM extraction e WHERE e.source_key = o.source_key AND e.verdict IN ('article', 'suspect')
           AND e.placed_at IS NULL) AS dedupe,
       (SELECT count(*) FROM extraction e WHERE e.source_key = o.source_key AND e.placed_at IS NOT NULL
           AND e.loaded_at IS NULL) AS load,
       (SELECT count(*) FROM link l WHERE l.source_key = o.source_key AND l.state = 'failed') AS given_up
FROM source o
ORDER BY o.source_key
