-- The articles that say these texts.
SELECT text_hash, article_key, published_at, suspect FROM signature WHERE text_hash = ANY (%(texts)s::bytea[])
