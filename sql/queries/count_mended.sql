-- How many versions of the batch are to be mended: read again, the same capture says something else.
SELECT count(*) FROM article_version v JOIN incoming i USING (capture_id)
WHERE v.extractor_version <= i.extractor_version AND v.content_hash IS DISTINCT FROM i.content_hash
