-- Adds up what was removed of an article.
UPDATE tombstone
SET removed = removed || (SELECT coalesce(jsonb_object_agg(n.key, n.value::text::bigint + coalesce((removed ->> n.key)::bigint, 0)), '{}')
                          FROM jsonb_each(%(counts)s::jsonb) n)
WHERE article_key = %(key)s
