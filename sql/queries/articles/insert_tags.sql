-- Makes the tags that are not there, in one order for all loaders.
INSERT INTO tag (name)
SELECT n.name FROM unnest(%(names)s::text[]) AS n (name)
WHERE NOT EXISTS (SELECT FROM tag x WHERE x.name = n.name)
ORDER BY n.name
ON CONFLICT (name) DO NOTHING
