-- Removes authors that no article names any more.
DELETE FROM author a WHERE a.author_id = ANY (%(ids)s::bigint[])
  AND NOT EXISTS (SELECT FROM article_author x WHERE x.author_id = a.author_id)
