-- What is known of an article that was taken down.
SELECT article_key, source_key AS source, forgotten_at, done_at, reason, removed FROM tombstone WHERE article_key = %(key)s
