-- Names the authors of articles, each at its place, where they are others.
INSERT INTO article_author AS x (article_id, position, author_id)
SELECT i.article_id, i.position, n.author_id
FROM unnest(%(article_ids)s::bigint[], %(positions)s::int[], %(names)s::text[]) AS i (article_id, position, name)
JOIN author n USING (name)
ON CONFLICT (article_id, position) DO UPDATE SET author_id = excluded.author_id WHERE x.author_id <> excluded.author_id
