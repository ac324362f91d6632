-- Articles that are served again are not gone. In key order, as loaders take them.
WITH back AS (
    SELECT a.article_id FROM article a JOIN link l USING (link_id)
    WHERE a.source_key = %(source)s AND a.gone_at IS NOT NULL AND (l.state = 'captured' OR l.alias_of IS NOT NULL)
    ORDER BY a.article_key
    FOR UPDATE OF a)
UPDATE article a SET gone_at = NULL FROM back WHERE a.article_id = back.article_id
