-- Has watches meet what these runs loaded.
INSERT INTO watch_hit (watch_id, article_id, version, event)
SELECT w.watch_id, v.article_id, v.version, e.event
FROM run r
JOIN article_version v ON v.loaded_by = r.run_id
JOIN article a USING (article_id)
CROSS JOIN LATERAL (SELECT CASE WHEN v.version = 1 THEN 'new' WHEN v.change = 'correction' THEN 'correction'
                                WHEN v.change = 'major' THEN 'revision' END AS event) e
CROSS JOIN LATERAL (SELECT search_config(v.language) AS config) c
JOIN watch w ON e.event = ANY (w.events) AND (w.source_key IS NULL OR w.source_key = a.source_key)
            AND (w.language IS NULL OR lower(v.language) = lower(w.language)
                 OR starts_with(lower(v.language), lower(w.language) || '-'))
WHERE r.run_id = ANY (%(run_ids)s::bigint[])
  AND coalesce(r.finished_at, now()) > w.made_at
  AND (w.words IS NULL OR search_vector(c.config, v.title, v.lead, v.text) @@ search_query(c.config, w.words))
ON CONFLICT DO NOTHING
