-- Takes from a target the URLs of those that are to be its aliases no more.
DELETE FROM article_url u
USING redirection r JOIN link l USING (link_id) JOIN article a ON a.article_key = l.alias_of
WHERE r.target_key = %(target)s AND r.alike = %(alike)s AND l.alias_of = %(target)s
  AND u.article_id = a.article_id AND u.url = r.url
