-- Drops the versions of the batch's articles that, read again, say what the version before them in time says.
DELETE FROM article_version v
USING (SELECT x.article_id, x.version,
              x.content_hash = lag(x.content_hash) OVER (PARTITION BY x.article_id ORDER BY x.fetched_at, x.version) AS equal
       FROM article_version x JOIN article a USING (article_id)
       WHERE a.article_key IN (SELECT article_key FROM incoming)) found
WHERE found.equal AND v.article_id = found.article_id AND v.version = found.version
