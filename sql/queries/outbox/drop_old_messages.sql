-- Drops messages that are old and wait for nobody.
DELETE FROM message m
WHERE m.made_at < %(before)s
  AND NOT EXISTS (SELECT FROM delivery d WHERE d.message_id = m.message_id AND d.state = 'waiting')
