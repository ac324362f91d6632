-- Has watches meet articles that are gone from all hosts since they were made.
INSERT INTO watch_hit (watch_id, article_id, version, event)
SELECT w.watch_id, v.article_id, v.version, 'removal'
FROM watch w
JOIN article a ON a.gone_at > greatest(w.made_at, now() - interval '7 days')
              AND (w.source_key IS NULL OR w.source_key = a.source_key)
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
CROSS JOIN LATERAL (SELECT search_config(v.language) AS config) c
WHERE 'removal' = ANY (w.events)
  AND (w.language IS NULL OR lower(v.language) = lower(w.language)
       OR starts_with(lower(v.language), lower(w.language) || '-'))
  AND NOT EXISTS (SELECT FROM watch_hit h
                  WHERE h.watch_id = w.watch_id AND h.article_id = a.article_id AND h.event = 'removal')
  AND (w.words IS NULL OR search_vector(c.config, v.title, v.lead, v.text) @@ search_query(c.config, w.words))
ON CONFLICT DO NOTHING
