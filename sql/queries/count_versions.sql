-- How many versions the batch's articles have, where some were dropped.
UPDATE article a SET versions = found.n
FROM (SELECT v.article_id, count(*)::int AS n FROM article_version v JOIN article x USING (article_id)
      WHERE x.article_key IN (SELECT article_key FROM incoming) GROUP BY v.article_id) found
WHERE a.article_id = found.article_id AND a.versions <> found.n
