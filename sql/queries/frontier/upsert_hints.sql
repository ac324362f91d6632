-- Keeps what a seed says of its links.
INSERT INTO link_hint AS h (link_id, seed, title, slug, lastmod, seen_at, first_day, last_day)
SELECT l.link_id, %(seed)s, s.title, s.slug, s.lastmod, %(now)s,
       CASE WHEN l.day IS NULL THEN %(first_day)s::date END, CASE WHEN l.day IS NULL THEN %(last_day)s::date END
FROM unnest(%(keys)s::text[], %(titles)s::text[], %(slugs)s::text[], %(lastmods)s::text[])
         AS s (article_key, title, slug, lastmod)
JOIN link l USING (article_key)
ORDER BY l.link_id
ON CONFLICT (link_id, seed) DO UPDATE
SET title = excluded.title, slug = excluded.slug, lastmod = excluded.lastmod, seen_at = excluded.seen_at,
    first_day = excluded.first_day, last_day = excluded.last_day
WHERE (h.title, h.slug, h.lastmod, h.first_day, h.last_day)
    IS DISTINCT FROM (excluded.title, excluded.slug, excluded.lastmod, excluded.first_day, excluded.last_day)
