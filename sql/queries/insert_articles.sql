-- Makes the articles that are not there. In key order: loaders that take rows in one order never deadlock.
INSERT INTO article (article_key, source_key, link_id, current_version, versions, first_seen_at)
SELECT DISTINCT ON (article_key) article_key, source_key, link_id, 0, 0, fetched_at
FROM incoming
ORDER BY article_key, fetched_at
ON CONFLICT (article_key) DO NOTHING
