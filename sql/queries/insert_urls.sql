-- Adds the URLs at which the articles were served.
INSERT INTO article_url (article_id, url, host_id, first_seen_at)
SELECT a.article_id, i.url, i.host_id, min(i.fetched_at)
FROM incoming i JOIN article a USING (article_key)
GROUP BY a.article_id, i.url, i.host_id
ORDER BY a.article_id, i.url
ON CONFLICT (article_id, url) DO NOTHING
