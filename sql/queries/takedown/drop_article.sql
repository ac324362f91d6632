-- Removes an article with its versions, URLs, authors, tags and image; how many rows of each.
WITH gone AS (SELECT article_id FROM article WHERE link_id = %(link_id)s),
counted AS MATERIALIZED (
    SELECT (SELECT count(*) FROM gone) AS articles,
           (SELECT count(*) FROM article_version JOIN gone USING (article_id)) AS versions,
           (SELECT count(*) FROM article_url JOIN gone USING (article_id)) AS urls,
           (SELECT count(*) FROM image JOIN gone USING (article_id)) AS images),
dropped AS (DELETE FROM article a USING counted WHERE a.link_id = %(link_id)s)
SELECT articles, versions, urls, images FROM counted
