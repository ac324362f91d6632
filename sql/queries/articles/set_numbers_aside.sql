-- Numbers versions anew, below zero at first: no two may have one number at any moment.
UPDATE article_version v SET version = -i.version
FROM unnest(%(article_ids)s::bigint[], %(stored)s::int[], %(versions)s::int[]) AS i (article_id, stored, version)
WHERE v.article_id = i.article_id AND v.version = i.stored
