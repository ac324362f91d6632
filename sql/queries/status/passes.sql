-- How the runs of each source went: how many ended, how many live ones failed since one did not, who starts them, and
-- what became of the pages that were captured last.
SELECT s.source_key AS source,
       (SELECT coalesce(sum(t.runs_ended), 0)::bigint FROM source_tally t WHERE t.source_key = s.source_key) AS runs_ended,
       (SELECT count(*) FROM run r
        WHERE r.source_key = s.source_key AND r.kind = 'live' AND r.state = 'failed'
          AND r.run_id > coalesce((SELECT x.run_id FROM run x
                                   WHERE x.source_key = s.source_key AND x.kind = 'live' AND x.state = 'success'
                                   ORDER BY x.run_id DESC LIMIT 1), 0)
          AND NOT EXISTS (SELECT FROM run_step t
                          WHERE t.run_id = r.run_id AND (t.error = 'interrupted' OR t.error LIKE 'KeyboardInterrupt:%%')))
           AS failed_in_a_row,
       EXISTS (SELECT FROM run r
               WHERE r.source_key = s.source_key AND r.kind = 'live'
                 AND r.external_id NOT LIKE 'cli:%%' AND r.external_id NOT LIKE '%%/manual\_\_%%') AS is_scheduled,
       lately.pages AS pages_lately, lately.rejected AS rejected_lately
FROM source s
CROSS JOIN LATERAL (
    SELECT count(*) AS pages,
           count(*) FILTER (WHERE NOT EXISTS (SELECT FROM article a WHERE a.link_id = c.link_id)
                              AND EXISTS (SELECT FROM rejection j WHERE j.link_id = c.link_id)) AS rejected
    FROM (SELECT k.link_id, max(k.fetched_at)
          FROM host h
          CROSS JOIN LATERAL (SELECT x.link_id, x.fetched_at FROM capture x
                              WHERE x.host_id = h.host_id AND x.chosen AND x.link_id IS NOT NULL
                              ORDER BY x.fetched_at DESC LIMIT 50) k
          WHERE h.source_key = s.source_key
          GROUP BY k.link_id ORDER BY 2 DESC LIMIT 50) c) lately
WHERE %(source)s::text IS NULL OR s.source_key = %(source)s
