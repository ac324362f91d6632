-- Puts listed links on this run's list: those still pending, those that the seed shows changed, all on a revisit, and
-- those given up where more than a poll asks. Of those that it does not want, a changed one waits for a run that does.
WITH again AS (
    UPDATE link l
    SET state = 'pending',
        tries = CASE WHEN l.state = 'pending' THEN l.tries ELSE 0 END,
        next_try_at = CASE WHEN l.state = 'pending' AND NOT %(revisit)s THEN l.next_try_at ELSE '-infinity' END
    FROM unnest(%(keys)s::text[], %(titles)s::text[], %(slugs)s::text[], %(lastmods)s::text[], %(wanted)s::boolean[])
             AS s (article_key, title, slug, lastmod, wanted)
    JOIN link k USING (article_key)
    LEFT JOIN link_hint h ON h.link_id = k.link_id AND h.seed = %(seed)s
    WHERE l.link_id = k.link_id
      AND ((s.wanted AND (l.state = 'pending' OR (l.state = 'failed' AND NOT %(poll)s) OR %(revisit)s))
           OR s.title <> h.title
           OR s.slug <> h.slug
           OR s.lastmod <> h.lastmod)
    RETURNING l.link_id, s.wanted)
INSERT INTO link_want (link_id, run_id, poll)
SELECT link_id, %(run_id)s, %(poll)s FROM again WHERE wanted
ON CONFLICT DO NOTHING
