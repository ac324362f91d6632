-- Drops the images of articles that show none now.
DELETE FROM image WHERE article_id = ANY (%(article_ids)s::bigint[])
