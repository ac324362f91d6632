-- Makes the tags that are not there, in one order for all loaders.
INSERT INTO tag (name)
SELECT DISTINCT n.name
FROM incoming i CROSS JOIN unnest(i.tags) AS n (name)
WHERE NOT EXISTS (SELECT FROM tag x WHERE x.name = n.name)
ORDER BY n.name
ON CONFLICT (name) DO NOTHING
