-- A file holds nothing of the article any more.
DELETE FROM takedown WHERE article_key = %(key)s AND warc = %(warc)s
