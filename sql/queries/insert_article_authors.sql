-- Names the authors of the current versions that came with this batch.
INSERT INTO article_author (article_id, position, author_id)
SELECT a.article_id, n.position, au.author_id
FROM incoming i JOIN article a USING (article_key)
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version AND v.capture_id = i.capture_id
CROSS JOIN unnest(i.authors) WITH ORDINALITY AS n (name, position)
JOIN author au USING (name)
