-- claim_unsearched
-- Locks articles that search does not find by what they say now, the newest first. Rows of article_search are written by
-- whoever holds the article's row alone, so that nobody deadlocks; those that a loader or a takedown holds are left.
SELECT a.article_id
FROM article a LEFT JOIN article_search s USING (article_id)
WHERE a.article_id < %(before)s AND s.capture_id IS DISTINCT FROM a.current_capture_id
ORDER BY a.article_id DESC
LIMIT %(size)s
FOR NO KEY UPDATE OF a SKIP LOCKED
