-- Keeps what a seed says of its links.
INSERT INTO link_hint AS h (link_id, seed, title, slug, lastmod, seen_at)
SELECT l.link_id, %(seed)s, s.title, s.slug, s.lastmod, %(now)s
FROM unnest(%(keys)s::text[], %(titles)s::text[], %(slugs)s::text[], %(lastmods)s::text[])
         AS s (article_key, title, slug, lastmod)
JOIN link l USING (article_key)
ORDER BY l.link_id
ON CONFLICT (link_id, seed) DO UPDATE
SET title = excluded.title, slug = excluded.slug, lastmod = excluded.lastmod, seen_at = excluded.seen_at
WHERE (h.title, h.slug, h.lastmod) IS DISTINCT FROM (excluded.title, excluded.slug, excluded.lastmod)
