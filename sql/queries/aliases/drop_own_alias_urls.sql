-- Takes the URLs of an alias from the article that it led to.
DELETE FROM article_url u
USING redirection r JOIN article a ON a.article_key = r.target_key
WHERE r.link_id = %(link_id)s AND u.article_id = a.article_id AND u.url = r.url
