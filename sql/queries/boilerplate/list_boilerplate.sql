-- The blocks of a source that are learned or ruled on, with the months that teach them.
SELECT b.block,
       CASE WHEN b.ruled = 'keep' THEN 'kept' WHEN b.ruled = 'drop' THEN 'dropped' ELSE 'learned' END AS state,
       sum(m.articles)::int AS articles,
       round(sum(m.articles)::numeric / sum(m.of_articles), 2) AS share,
       min(m.month) AS first_month, max(m.month) AS last_month, b.text
FROM boilerplate b LEFT JOIN boilerplate_month m USING (source_key, block)
WHERE b.source_key = %(source)s
GROUP BY b.source_key, b.block
ORDER BY articles DESC NULLS LAST, b.block
