-- The message that a channel gets next, and what is known of its tries.
SELECT d.delivery_id, d.message_id, d.tries, nullif(d.next_try_at, '-infinity') AS next_try_at, m.kind, m.made_at, m.body, w.name AS watch
FROM delivery d JOIN message m USING (message_id) LEFT JOIN watch w USING (watch_id)
WHERE d.channel = %(channel)s AND d.state = 'waiting'
ORDER BY d.delivery_id
LIMIT 1
