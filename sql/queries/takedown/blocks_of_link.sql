-- The paragraphs of a link's pages.
SELECT DISTINCT b FROM extraction e CROSS JOIN unnest(e.blocks) AS b WHERE e.link_id = %(link_id)s
