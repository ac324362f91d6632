-- Keeps an origin from being suggested, now and later.
INSERT INTO dismissed_origin (source_key, origin) VALUES (%(source)s, %(origin)s) ON CONFLICT DO NOTHING
