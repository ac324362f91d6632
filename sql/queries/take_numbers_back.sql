-- Gives the versions numbered anew their numbers, and the articles their count.
UPDATE article_version v SET version = -v.version
FROM article a
WHERE a.article_id = v.article_id AND a.article_key IN (SELECT article_key FROM incoming) AND v.version < 0
