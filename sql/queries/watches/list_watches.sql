-- The watches, and how much each has met.
SELECT w.watch_id, w.name, w.words, w.source_key AS source, w.language, w.events, w.channels, w.made_at,
       (SELECT count(*) FROM watch_hit h WHERE h.watch_id = w.watch_id) AS hits
FROM watch w
WHERE %(name)s::text IS NULL OR w.name = %(name)s
ORDER BY w.name
