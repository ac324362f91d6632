-- The articles of a source that were taken down.
SELECT article_key FROM tombstone WHERE source_key = %(source)s
