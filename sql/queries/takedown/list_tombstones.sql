-- Articles that were taken down, newest first.
SELECT article_key, source_key AS source, forgotten_at, done_at, reason, removed FROM tombstone
ORDER BY forgotten_at DESC, article_key
