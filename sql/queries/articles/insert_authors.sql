-- Makes the authors that are not there, in one order for all loaders.
INSERT INTO author (name)
SELECT n.name FROM unnest(%(names)s::text[]) AS n (name)
WHERE NOT EXISTS (SELECT FROM author x WHERE x.name = n.name)
ORDER BY n.name
ON CONFLICT (name) DO NOTHING
