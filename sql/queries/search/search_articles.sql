-- search_articles
-- Articles that say what a query asks, the best or the newest first.
SELECT article_key, source, published_at, language, title, snippet, rank, canonical_url, version, verdict, doubts
FROM search_articles(%(query)s, in_source => %(source)s, since => %(since)s, until => %(until)s,
                     in_language => %(language)s, newest => %(newest)s, max_rows => %(limit)s, sure => %(sure)s)
