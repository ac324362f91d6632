-- Lists the blocks that are learned from any month; those that were not before.
INSERT INTO boilerplate AS b (source_key, block, learned)
SELECT DISTINCT source_key, block, true FROM boilerplate_month WHERE source_key = %(source)s ORDER BY block
ON CONFLICT (source_key, block) DO UPDATE SET learned = true WHERE NOT b.learned
RETURNING block
