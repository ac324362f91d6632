-- Stores what a capture gave. Read again, it changes its row only where it gives something else, which is then placed and
-- loaded anew; the months in which it counts, or did, are noted to be counted again.
INSERT INTO extraction AS e (capture_id, extractor_version, source_key, link_id, verdict, evidence, fields, body, published_at,
                             content_hash, extracted_at, blocks, month, recount, loaded_before)
VALUES (%(capture_id)s, %(extractor_version)s, %(source)s, %(link_id)s, %(verdict)s, %(evidence)s, %(fields)s, %(body)s,
        %(published_at)s, %(content_hash)s, %(now)s, %(blocks)s::bigint[], %(month)s,
        ARRAY(SELECT o.month FROM extraction o
              WHERE o.capture_id = %(capture_id)s AND o.extractor_version < %(extractor_version)s AND o.month IS NOT NULL
              UNION SELECT %(month)s::date WHERE %(month)s::date IS NOT NULL),
        EXISTS (SELECT FROM extraction o
                WHERE o.capture_id = %(capture_id)s AND o.extractor_version < %(extractor_version)s
                  AND (o.loaded_before OR o.loaded_at IS NOT NULL)))
ON CONFLICT (capture_id, extractor_version) DO UPDATE
SET verdict = excluded.verdict, evidence = excluded.evidence, fields = excluded.fields, body = excluded.body,
    published_at = excluded.published_at, content_hash = excluded.content_hash, extracted_at = excluded.extracted_at,
    blocks = excluded.blocks, month = excluded.month,
    recount = CASE WHEN (e.blocks, e.month) IS DISTINCT FROM (excluded.blocks, excluded.month)
                   THEN ARRAY(SELECT DISTINCT m FROM unnest(e.recount || ARRAY[e.month, excluded.month]) AS m
                              WHERE m IS NOT NULL)
                   ELSE e.recount END,
    loaded_before = e.loaded_before OR e.loaded_at IS NOT NULL,
    placement = NULL, nearest_key = NULL, similarity = NULL, placed_at = NULL, loaded_at = NULL
WHERE (e.verdict, e.evidence, e.fields, e.published_at, e.content_hash, e.blocks, e.month)
      IS DISTINCT FROM (excluded.verdict, excluded.evidence, excluded.fields, excluded.published_at, excluded.content_hash,
                        excluded.blocks, excluded.month)
   OR e.body IS NOT NULL AND e.body IS DISTINCT FROM excluded.body
