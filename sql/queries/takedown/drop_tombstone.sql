-- Lifts a takedown that is done: the article may be ingested again.
DELETE FROM tombstone WHERE article_key = %(key)s AND done_at IS NOT NULL
