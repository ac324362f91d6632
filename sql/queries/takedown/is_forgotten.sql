-- Whether an article was taken down.
SELECT EXISTS (SELECT FROM tombstone WHERE article_key = %(key)s)
