-- Makes a watch; one of that name stays as it is.
INSERT INTO watch (name, words, source_key, language, events, channels)
VALUES (%(name)s, %(words)s, %(source)s, %(language)s, %(events)s::text[], %(channels)s::text[])
ON CONFLICT (name) DO NOTHING
RETURNING watch_id
