-- The link of an article, and since when it is known.
SELECT link_id, url, discovered_at FROM link WHERE source_key = %(source)s AND article_key = %(key)s
