-- How many articles that match a query were published on each day, in UTC: of the newest days that have any.
WITH asked AS MATERIALIZED (
    SELECT q.asked, array_agg(q.config) AS configs
    FROM (SELECT c.config, search_query(c.config, %(query)s) AS asked
          FROM (SELECT value AS config FROM jsonb_each_text(search_configs()) UNION SELECT 'simple') AS c
          WHERE %(language)s::text IS NULL OR c.config = search_config(%(language)s)) AS q
    WHERE querytree(q.asked) NOT IN ('', 'T')
    GROUP BY q.asked)
SELECT (s.published_at AT TIME ZONE 'UTC')::date AS day, count(DISTINCT s.article_id) AS articles
FROM asked q JOIN article_search s ON s.words @@ q.asked AND s.config = ANY (q.configs)
WHERE s.published_at IS NOT NULL
  AND (%(source)s::text IS NULL OR s.source_key = %(source)s)
  AND (%(since)s::timestamptz IS NULL OR s.published_at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR s.published_at < %(until)s)
  AND (%(language)s::text IS NULL OR lower(s.language) = lower(%(language)s)
       OR starts_with(lower(s.language), lower(%(language)s) || '-'))
  AND (NOT %(sure)s OR EXISTS (SELECT FROM article b WHERE b.article_id = s.article_id AND b.current_verdict = 'article'))
GROUP BY 1
ORDER BY 1 DESC
LIMIT %(limit)s
