-- Keeps the lead images of the current versions that came with this batch.
INSERT INTO image AS m (article_id, url, caption, credit)
SELECT a.article_id, i.image_url, i.image_caption, i.image_credit
FROM incoming i JOIN article a USING (article_key)
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version AND v.capture_id = i.capture_id
WHERE i.image_url IS NOT NULL
ORDER BY a.article_id
ON CONFLICT (article_id) DO UPDATE SET url = excluded.url, caption = excluded.caption, credit = excluded.credit
WHERE (m.url, m.caption, m.credit) IS DISTINCT FROM (excluded.url, excluded.caption, excluded.credit)
