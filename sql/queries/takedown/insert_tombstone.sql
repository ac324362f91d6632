-- Takes an article down.
INSERT INTO tombstone (article_key, source_key, reason) VALUES (%(key)s, %(source)s, %(reason)s)
