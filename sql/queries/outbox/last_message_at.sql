-- When the last message of a kind was written.
SELECT max(made_at) FROM message WHERE kind = %(kind)s
