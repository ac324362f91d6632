-- Names the tags of articles, each at its place, where they are others.
INSERT INTO article_tag AS x (article_id, position, tag_id)
SELECT i.article_id, i.position, n.tag_id
FROM unnest(%(article_ids)s::bigint[], %(positions)s::int[], %(names)s::text[]) AS i (article_id, position, name)
JOIN tag n USING (name)
ON CONFLICT (article_id, position) DO UPDATE SET tag_id = excluded.tag_id WHERE x.tag_id <> excluded.tag_id
