-- Drops versions that say what the version before them in time says.
DELETE FROM article_version v
USING unnest(%(article_ids)s::bigint[], %(versions)s::int[]) AS i (article_id, version)
WHERE v.article_id = i.article_id AND v.version = i.version
