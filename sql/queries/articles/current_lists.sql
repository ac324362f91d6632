-- What the current versions of articles name.
SELECT a.article_id, v.authors, v.tags, v.image_url, v.image_caption, v.image_credit
FROM article a JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
WHERE a.article_id = ANY (%(article_ids)s::bigint[])
