-- Drops the tags of articles that name fewer now.
DELETE FROM article_tag x
USING unnest(%(article_ids)s::bigint[], %(counts)s::int[]) AS i (article_id, n)
WHERE x.article_id = i.article_id AND x.position > i.n
