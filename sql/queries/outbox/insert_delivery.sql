-- Puts a message on its way to a channel.
INSERT INTO delivery (message_id, channel) VALUES (%(message_id)s, %(channel)s)
