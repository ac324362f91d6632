-- Writes a message.
INSERT INTO message (kind, made_at, watch_id, body)
VALUES (%(kind)s, %(now)s, %(watch_id)s, %(body)s::jsonb)
RETURNING message_id
