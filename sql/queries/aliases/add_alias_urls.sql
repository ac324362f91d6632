-- Adds the URLs of aliases to the articles that they lead to.
INSERT INTO article_url (article_id, url, host_id, first_seen_at)
SELECT a.article_id, r.url, r.host_id, r.seen_at
FROM link l JOIN redirection r USING (link_id) JOIN article a ON a.article_key = l.alias_of
WHERE l.source_key = %(source)s AND l.alias_of IS NOT NULL
  AND NOT EXISTS (SELECT FROM article_url u WHERE u.article_id = a.article_id AND u.url = r.url)
ORDER BY a.article_id, r.url
ON CONFLICT (article_id, url) DO NOTHING
