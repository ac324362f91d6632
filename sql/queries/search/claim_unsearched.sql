-- claim_unsearched
-- Locks articles that search does not find by what they say now, the newest first. Rows of article_search and unsearched
-- are written by whoever holds the article's row alone, so that nobody deadlocks; those that a loader or a takedown holds
-- are left.
SELECT a.article_id
FROM unsearched u JOIN article a USING (article_id)
WHERE u.article_id < %(before)s
ORDER BY u.article_id DESC
LIMIT %(size)s
FOR NO KEY UPDATE OF a SKIP LOCKED
