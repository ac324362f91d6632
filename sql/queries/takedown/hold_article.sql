-- The same of the link of an article that a URL led to.
SELECT link_id FROM link WHERE article_key = %(key)s FOR KEY SHARE
