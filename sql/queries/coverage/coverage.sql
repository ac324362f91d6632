-- What is held of each day that holds anything, or that a seed has reached: coverage_by_day of these days, asked of indexes
-- by them. A poll reaches no day that lies a month ahead of its run.
SELECT day,
       count(link_id) AS links,
       count(*) FILTER (WHERE state = 'captured') AS captured,
       count(article_id) AS loaded,
       count(*) FILTER (WHERE rejected) AS rejected,
       count(*) FILTER (WHERE state = 'gone') AS gone,
       count(*) FILTER (WHERE state = 'pending') AS pending,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       bool_or(reached) AS covered
FROM (SELECT l.day, l.link_id, l.state, a.article_id,
             a.article_id IS NULL AND EXISTS (SELECT FROM rejection r WHERE r.link_id = l.link_id) AS rejected,
             false AS reached
      FROM link l LEFT JOIN article a USING (link_id)
      WHERE l.source_key = %(source)s AND l.day BETWEEN %(first_day)s AND %(last_day)s
      UNION ALL
      SELECT (a.current_published_at AT TIME ZONE s.timezone)::date, l.link_id, l.state, a.article_id, false, true
      FROM source s
      JOIN article a USING (source_key)
      JOIN link l USING (link_id)
      WHERE s.source_key = %(source)s AND l.day IS NULL
        AND a.current_published_at >= %(first_day)s::date::timestamp AT TIME ZONE s.timezone
        AND a.current_published_at < (%(last_day)s::date + 1)::timestamp AT TIME ZONE s.timezone
      UNION ALL
      SELECT d::date, NULL, NULL, NULL, NULL, true
      FROM run r
      JOIN source s USING (source_key)
      JOIN seed_poll p USING (run_id)
      CROSS JOIN LATERAL unnest(
          coalesce(p.reached,
                   datemultirange(daterange(p.first_day, p.last_day, '[]')
                       * daterange('1990-01-01', current_date + 1, '[]')
                       * daterange((r.window_since AT TIME ZONE s.timezone)::date,
                                   ((r.window_until - interval '1 microsecond') AT TIME ZONE s.timezone)::date, '[]')))
          * datemultirange(daterange(%(first_day)s::date, %(last_day)s::date, '[]'))) AS span
      CROSS JOIN LATERAL generate_series(lower(span), upper(span) - 1, interval '1 day') AS d
      WHERE r.source_key = %(source)s AND (p.reached IS NOT NULL OR p.first_day IS NOT NULL)
        AND r.started_at > %(first_day)s::date - interval '31 days') AS held
GROUP BY day
ORDER BY day
