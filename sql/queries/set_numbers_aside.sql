-- Numbers the versions of the batch's articles anew, below zero at first: no two may have one number at any moment.
UPDATE article_version v SET version = -found.n
FROM (SELECT x.article_id, x.version, row_number() OVER (PARTITION BY x.article_id ORDER BY x.version) AS n
      FROM article_version x JOIN article a USING (article_id)
      WHERE a.article_key IN (SELECT article_key FROM incoming)) found
WHERE v.article_id = found.article_id AND v.version = found.version AND found.version <> found.n
