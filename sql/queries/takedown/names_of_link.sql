-- The authors and tags of a link's article.
SELECT ARRAY(SELECT x.author_id FROM article_author x JOIN article a USING (article_id) WHERE a.link_id = %(link_id)s) AS authors,
       ARRAY(SELECT x.tag_id FROM article_tag x JOIN article a USING (article_id) WHERE a.link_id = %(link_id)s) AS tags
