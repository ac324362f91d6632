-- Something of an article that was taken down came into the archive since.
UPDATE tombstone SET done_at = NULL WHERE article_key = %(key)s
