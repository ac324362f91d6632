-- Dates the articles that every host has answered 404 or 410 for. In key order, as loaders take them.
WITH going AS (
    SELECT a.article_id FROM article a JOIN link l USING (link_id)
    WHERE l.source_key = %(source)s AND l.state = 'gone' AND l.alias_of IS NULL AND a.gone_at IS NULL
    ORDER BY a.article_key
    FOR UPDATE OF a)
UPDATE article a SET gone_at = now() FROM going WHERE a.article_id = going.article_id
