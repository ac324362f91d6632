-- count_unsearched
-- How many articles search does not find by what they say now.
SELECT count(*) FROM article a LEFT JOIN article_search s USING (article_id)
WHERE s.capture_id IS DISTINCT FROM a.current_capture_id
