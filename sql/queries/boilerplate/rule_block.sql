-- Records what a person says of a block.
INSERT INTO boilerplate AS b (source_key, block, learned, ruled) VALUES (%(source)s, %(block)s, false, %(ruled)s)
ON CONFLICT (source_key, block) DO UPDATE SET ruled = excluded.ruled
