-- Puts listed links on this run's list: those still pending, those that the seed shows changed, all on a revisit.
UPDATE link l
SET state = 'pending',
    wanted_by = %(run_id)s,
    tries = CASE WHEN l.state = 'pending' THEN l.tries ELSE 0 END,
    next_try_at = CASE WHEN l.state = 'pending' AND NOT %(revisit)s THEN l.next_try_at ELSE '-infinity' END
FROM unnest(%(keys)s::text[], %(titles)s::text[], %(slugs)s::text[], %(lastmods)s::text[])
         AS s (article_key, title, slug, lastmod)
JOIN link k USING (article_key)
LEFT JOIN link_hint h ON h.link_id = k.link_id AND h.seed = %(seed)s
WHERE l.link_id = k.link_id
  AND (l.state = 'pending'
       OR %(revisit)s
       OR s.title <> h.title
       OR s.slug <> h.slug
       OR s.lastmod <> h.lastmod)
