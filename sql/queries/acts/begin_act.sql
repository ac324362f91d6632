-- Notes that a person began to change something.
INSERT INTO manual_act (kind, source_key, subject, done_by) VALUES (%(kind)s, %(source)s, %(subject)s, %(done_by)s)
RETURNING act_id
