-- All of an article is out of the archive.
UPDATE tombstone SET done_at = coalesce(done_at, clock_timestamp()) WHERE article_key = %(key)s
