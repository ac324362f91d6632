-- The watches that have met something which no message tells yet.
SELECT w.watch_id, w.channels FROM watch w
WHERE EXISTS (SELECT FROM watch_hit h WHERE h.watch_id = w.watch_id AND h.message_id IS NULL)
ORDER BY w.watch_id
