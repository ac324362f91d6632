-- The articles that a program asks for, of one source, several or all: by publication, undated ones last and only without a
-- window. A query finds what search_articles() finds, all of it.
WITH asked AS MATERIALIZED (
    SELECT q.asked, array_agg(q.config) AS configs
    FROM (SELECT c.config, search_query(c.config, %(query)s::text) AS asked
          FROM (SELECT value AS config FROM jsonb_each_text(search_configs()) UNION SELECT 'simple') AS c
          WHERE %(query)s::text IS NOT NULL) AS q
    WHERE querytree(q.asked) NOT IN ('', 'T')
    GROUP BY q.asked)
SELECT article_key, canonical_url, urls, source, title, lead, text, authors, published_at, published_at_assumed, section, tags,
       language, image, version, cluster_id, served_by, first_seen_at, fetched_at, gone_at, published_precision, modified_at,
       paywalled, corrections, last_seen_at, (SELECT l.alias_of FROM link l WHERE l.article_key = a.article_key) AS alias_of,
       verdict, doubts
FROM articles a
WHERE (%(sources)s::text[] IS NULL OR source = ANY (%(sources)s::text[]))
  AND (%(since)s::timestamptz IS NULL OR (published_at >= %(since)s AND published_at < %(until)s))
  AND (%(language)s::text IS NULL OR lower(language) = lower(%(language)s)
       OR starts_with(lower(language), lower(%(language)s) || '-'))
  AND (%(section)s::text IS NULL OR lower(section) = lower(%(section)s)
       OR starts_with(lower(section), lower(%(section)s) || ' / '))
  AND (%(query)s::text IS NULL
       OR article_key IN (SELECT b.article_key
                          FROM asked q
                          JOIN article_search s ON s.words @@ q.asked AND s.config = ANY (q.configs)
                          JOIN article b USING (article_id)))
  AND (%(cluster)s::text IS NULL OR cluster_id = %(cluster)s)
  AND (NOT %(sure)s OR verdict = 'article')
  AND (NOT %(heads)s OR coalesce(cluster_id, article_key) = article_key)
ORDER BY published_at NULLS LAST, article_key
LIMIT %(limit)s
