-- How many minutes after publication was an article first stored? Of those whose minute is known; backfills count as late.
SELECT source,
       count(*) AS articles,
       round((percentile_cont(0.5) WITHIN GROUP (ORDER BY waited_s) / 60)::numeric, 1) AS median_minutes,
       round((percentile_cont(0.9) WITHIN GROUP (ORDER BY waited_s) / 60)::numeric, 1) AS p90_minutes,
       round(max(waited_s) / 60, 1) AS longest_minutes
FROM (SELECT source, extract(epoch FROM first_seen_at - published_at) AS waited_s
      FROM articles
      WHERE published_precision IN ('second', 'minute')
        AND published_at >= coalesce(%(since)s, '-infinity'::timestamptz)
        AND published_at < coalesce(%(until)s, 'infinity'::timestamptz)
        AND (%(source)s::text IS NULL OR source = %(source)s)) waited
GROUP BY source
ORDER BY source
LIMIT %(limit)s
