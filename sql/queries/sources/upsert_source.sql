-- Keeps what the source file states; the prune rules that were kept before, where these are others.
WITH before AS MATERIALIZED (SELECT prune FROM source WHERE source_key = %(key)s FOR NO KEY UPDATE),
kept AS (
    INSERT INTO source AS s (source_key, name, language, timezone, prune)
    VALUES (%(key)s, %(name)s, %(language)s, %(timezone)s, %(prune)s::text[])
    ON CONFLICT (source_key) DO UPDATE
    SET name = excluded.name, language = excluded.language, timezone = excluded.timezone, prune = excluded.prune,
        updated_at = now()
    WHERE (s.name, s.language, s.timezone, s.prune)
          IS DISTINCT FROM (excluded.name, excluded.language, excluded.timezone, excluded.prune))
SELECT prune FROM before WHERE prune <> %(prune)s::text[]
