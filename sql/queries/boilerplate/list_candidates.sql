-- Blocks that stand on several articles of one of a source's last months, and are neither learned nor ruled on.
WITH RECURSIVE last (month, n) AS (
    SELECT max(month), 1 FROM extraction WHERE source_key = %(source)s AND month IS NOT NULL
    UNION ALL
    SELECT (SELECT max(e.month) FROM extraction e WHERE e.source_key = %(source)s AND e.month < l.month), l.n + 1
    FROM last l WHERE l.n < 3)
SELECT n.block, 'candidate' AS state, sum(n.articles)::int AS articles,
       round(sum(n.articles)::numeric / sum(n.of_articles), 2) AS share,
       min(n.month) AS first_month, max(n.month) AS last_month
FROM block_counts n
WHERE n.source_key = %(source)s AND n.month = ANY (ARRAY(SELECT month FROM last)) AND n.articles >= %(min_articles)s
  AND NOT EXISTS (SELECT FROM boilerplate b WHERE b.source_key = n.source_key AND b.block = n.block)
GROUP BY n.block
ORDER BY 3 DESC, n.block
LIMIT 100
