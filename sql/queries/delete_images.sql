-- Drops the image of articles whose current version came with this batch and shows none.
DELETE FROM image m
USING incoming i JOIN article a USING (article_key) JOIN article_version v USING (article_id)
WHERE m.article_id = a.article_id AND v.version = a.current_version AND v.capture_id = i.capture_id AND i.image_url IS NULL
