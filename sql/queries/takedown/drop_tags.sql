-- Removes tags that no article bears any more.
DELETE FROM tag t WHERE t.tag_id = ANY (%(ids)s::bigint[])
  AND NOT EXISTS (SELECT FROM article_tag x WHERE x.tag_id = t.tag_id)
