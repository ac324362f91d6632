-- Keeps what the source file states.
INSERT INTO source AS s (source_key, name, language, timezone)
VALUES (%(key)s, %(name)s, %(language)s, %(timezone)s)
ON CONFLICT (source_key) DO UPDATE
SET name = excluded.name, language = excluded.language, timezone = excluded.timezone, updated_at = now()
WHERE (s.name, s.language, s.timezone) IS DISTINCT FROM (excluded.name, excluded.language, excluded.timezone)
