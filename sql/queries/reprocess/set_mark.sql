-- Notes how far a reprocessing has come; of two at once, the one that is farther.
INSERT INTO reprocess_mark AS m (source_key, asked_for, link_id, noted_at)
VALUES (%(source)s, %(asked_for)s, %(link_id)s, %(now)s)
ON CONFLICT (source_key, asked_for)
DO UPDATE SET link_id = greatest(m.link_id, excluded.link_id), noted_at = excluded.noted_at
