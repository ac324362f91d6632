-- Raises an alarm.
INSERT INTO alarm (source_key, name, subject, summary, raised_at, seen_at)
VALUES (%(source)s, %(name)s, %(subject)s, %(summary)s, %(now)s, %(now)s)
ON CONFLICT DO NOTHING
