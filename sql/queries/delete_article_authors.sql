-- Clears the authors of articles whose current version came with this batch.
DELETE FROM article_author x
USING incoming i JOIN article a USING (article_key) JOIN article_version v USING (article_id)
WHERE x.article_id = a.article_id AND v.version = a.current_version AND v.capture_id = i.capture_id
