-- Makes sure that a host has a breaker.
INSERT INTO breaker (host_id) VALUES (%(host_id)s) ON CONFLICT DO NOTHING
